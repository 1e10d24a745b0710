// SPDX-License-Identifier: Apache-2.0
// The request headers of BuildKit's session calls.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <string>
#include <vector>

namespace berth::session {

// All values of a header. BuildKit encodes them as a query of an address does when one of them is
// not ASCII, and says so in NAME-encoded; one that is badly encoded is empty.
std::vector<std::string> values(const buildkit::Metadata &metadata, const std::string &name);
// The first; empty when there is none.
std::string first_value(const buildkit::Metadata &metadata, const std::string &name);

} // namespace berth::session
