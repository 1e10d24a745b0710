// The inputs of a build as one request to BuildKit.
#pragma once

#include "berth/build/build_inputs.hpp"
#include "berth/build/contexts.hpp"
#include "berth/build/saved_images.hpp"
#include "berth/session/key_agent.hpp"
#include "berth/solve/request.hpp"

#include <memory>
#include <vector>

namespace berth::build {

struct BuildRequest {
    solve::Request request;
    // What the request names and this side holds meanwhile.
    Contexts contexts;
    std::vector<std::unique_ptr<session::KeyAgent>> agents = {};
};

// Checks what the outputs go to, and starts agents for keys of --ssh. Throws Error. `setting` and
// `inputs` must outlive the request.
BuildRequest make_request(const BuildSetting &setting, const BuildOptions &options,
                          const BuildInputs &inputs, const SavedImages &images);

} // namespace berth::build
