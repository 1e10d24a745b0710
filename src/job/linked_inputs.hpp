// SPDX-License-Identifier: Apache-2.0
// A named context that is the result of another target: the frontend gets it as an input.
#pragma once

#include "berth/buildkit/bridge.hpp"
#include "berth/job/targets.hpp"
#include "berth/solve/request.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace berth::job {

// The result of the link's target becomes an input of the request. For several platforms each has
// an input of its own. As docker buildx names them, since provenance has the names. `node`: its
// place in the builder.
void add_link(solve::Request &request, const TargetLink &link,
              const buildkit::frontend::Result &result, std::size_t node = 0);

// The IDs of the references in a result.
std::vector<std::string> references_of(const buildkit::frontend::Result &result);

} // namespace berth::job
