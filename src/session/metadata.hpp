// SPDX-License-Identifier: Apache-2.0
// The request headers of BuildKit's session calls.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <string>
#include <vector>

namespace berth::session {

// All values of a header. If one is not ASCII, BuildKit encodes all like a URL query and sets the
// header NAME-encoded. An invalid encoding yields an empty value.
std::vector<std::string> values(const buildkit::Metadata &metadata, const std::string &name);
// The first value, or empty.
std::string first_value(const buildkit::Metadata &metadata, const std::string &name);

} // namespace berth::session
