// SPDX-License-Identifier: Apache-2.0
// A named context that is the result of another target: the frontend gets it as an input.
#pragma once

#include "berth/buildkit/bridge.hpp"
#include "berth/job/targets.hpp"
#include "berth/solve/request.hpp"

namespace berth::job {

// The result of the link's target becomes an input of the request. For several platforms each has
// an input of its own. Uses docker buildx's names, which appear in provenance.
void add_link(solve::Request &request, const TargetLink &link,
              const buildkit::frontend::Result &result);

// The IDs of the references in a result.
std::vector<std::string> references_of(const buildkit::frontend::Result &result);

} // namespace berth::job
