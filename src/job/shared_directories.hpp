// SPDX-License-Identifier: Apache-2.0
// Directories that several builds read. BuildKit reads each once when the builds name one session
// for it; with a session each it would ask each of them.
#pragma once

#include "berth/solve/request.hpp"

#include <vector>

namespace berth::job {

// Requests for sessions that serve the directories that two requests or more have under one name;
// what they are for is in ascending order of names. Requests name the session that has them.
// As many sessions as there are different directories of one name at most.
std::vector<solve::Request> share_directories(const std::vector<solve::Request *> &requests);

} // namespace berth::job
