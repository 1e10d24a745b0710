// SPDX-License-Identifier: Apache-2.0
// One connection for all that docker commands ask of an engine behind ssh://: the docker CLI starts
// an ssh for each command, and berth runs several.
#pragma once

#include "berth/util/environment.hpp"

#include <string>

namespace berth::docker {

// A folder of this user's own (0700) with a program `ssh` that calls the ssh of PATH with a shared
// connection (ControlMaster), which ends a minute after its last use. It belongs at the front of
// PATH of a docker command. Who has a ControlPath of their own for that host keeps it;
// no file of ssh's is read or written. In $XDG_RUNTIME_DIR, else the cache folder, else /tmp; empty
// when there is none whose sockets could have a name short enough, or it cannot be made.
std::string ssh_sharing_folder(const Environment &environment);

} // namespace berth::docker
