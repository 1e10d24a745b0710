// SPDX-License-Identifier: Apache-2.0
// Checks the address of an engine without a docker command.
#pragma once

#include <string>

namespace berth::docker {

// Why nothing listens at a host (unix:///PATH, tcp://ADDRESS:PORT), in docker's words, if that can
// be determined at once: the socket does not exist, or this machine refuses the connection.
// Otherwise empty.
std::string why_nothing_listens(const std::string &host);

} // namespace berth::docker
