// SPDX-License-Identifier: Apache-2.0
// The inputs of a build as one request to BuildKit.
#pragma once

#include "berth/job/build_inputs.hpp"
#include "berth/job/contexts.hpp"
#include "berth/job/saved_images.hpp"
#include "berth/session/key_agent.hpp"
#include "berth/solve/request.hpp"

#include <memory>
#include <vector>

namespace berth::job {

struct BuildRequest {
    solve::Request request;
    // Objects of the client that the request refers to.
    Contexts contexts;
    std::vector<std::unique_ptr<session::KeyAgent>> agents = {};
};

// Checks the destinations of outputs, and starts agents for the keys of --ssh. Throws Error.
// `setting` and `inputs` must outlive the request.
BuildRequest make_request(const BuildSetting &setting, const BuildOptions &options,
                          const BuildInputs &inputs, const SavedImages &images,
                          const session::CredentialLookup &credentials);

} // namespace berth::job
