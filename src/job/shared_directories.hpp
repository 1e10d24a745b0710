// SPDX-License-Identifier: Apache-2.0
// Directories that several builds read. BuildKit reads each only once if the builds name one
// session for it; otherwise it would query each build's session.
#pragma once

#include "berth/solve/request.hpp"

#include <vector>

namespace berth::job {

// Requests for sessions that serve directories which at least two requests have under one name,
// sorted by name. The requests then name that session, and know of its failures. Their number is at
// most that of the different directories with one name.
std::vector<solve::Request> share_directories(const std::vector<solve::Request *> &requests);

} // namespace berth::job
