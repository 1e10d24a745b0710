// SPDX-License-Identifier: Apache-2.0
// One connection for all docker commands to an engine behind ssh://: the docker CLI starts an ssh
// for each command, and berth runs several.
#pragma once

#include "berth/util/environment.hpp"

#include <string>

namespace berth::docker {

// A directory of this user's own (0700) with a program `ssh` that calls the ssh of PATH with a
// shared connection (ControlMaster), which ends a minute after its last use. Put it first in the
// PATH of docker commands. A ControlPath that the user has set for the host is kept; files of ssh
// are neither read nor written. In $XDG_RUNTIME_DIR, else the cache directory, else /tmp; empty
// when there is none whose sockets could have a name short enough, or it cannot be made.
std::string ssh_sharing_folder(const Environment &environment);

} // namespace berth::docker
