// SPDX-License-Identifier: Apache-2.0
// How a node in the store differs from the requested one, for `ensure`.
#pragma once

#include "berth/store/builder_record.hpp"

#include <string>
#include <vector>

namespace berth::builder {

// Texts such as `driver option memory is "512m", not "1g"`; empty if `node` equals `wanted`. The
// values of env.KEY may be secrets, so only their names appear.
std::vector<std::string> differences(const store::NodeRecord &node, const store::NodeRecord &wanted,
                                     bool with_endpoint);

} // namespace berth::builder
