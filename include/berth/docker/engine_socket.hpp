// SPDX-License-Identifier: Apache-2.0
// A look at an engine's address that costs no docker command.
#pragma once

#include <string>

namespace berth::docker {

// Why nothing listens at a host (unix:///PATH, tcp://ADDRESS:PORT), in docker's words, if that can
// determined at once: the socket does not exist, or this machine refuses the connection. Empty:
// docker may know.
std::string why_nothing_listens(const std::string &host);

} // namespace berth::docker
