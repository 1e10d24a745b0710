// SPDX-License-Identifier: Apache-2.0
// One connection for all docker commands to an engine behind ssh://: the docker CLI starts an ssh
// for each command, and berth runs several.
#pragma once

#include "berth/util/environment.hpp"

#include <string>

namespace berth::docker {

// A private directory (0700) with a program `ssh` that calls the ssh of PATH with a shared
// connection (ControlMaster), which ends a minute after its last use. Put it first in the PATH of
// docker commands. The user's ControlPath for the host is kept; files of ssh are neither read nor
// written. It is in $XDG_RUNTIME_DIR, else in the cache directory, else in /tmp. Empty if paths of
// sockets would be too long in all of them, or it cannot be created.
std::string ssh_sharing_directory(const Environment &environment);

} // namespace berth::docker
