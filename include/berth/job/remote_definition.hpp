// SPDX-License-Identifier: Apache-2.0
// Definition files of bake at an address, read by BuildKit: with the builder's network, proxies,
// certificates and caches, as for docker buildx.
#pragma once

#include "berth/job/build_setting.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/environment.hpp"

#include "buildkit/ops.pb.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace berth::buildkit {
class Bridge;
}

namespace berth::job {

struct RemoteDefinition {
    std::string given = {};                                      // the address of the command line
    std::vector<std::pair<std::string, std::string>> files = {}; // name and text
    // The directory that they are in, where relative contexts start; nothing when the address is a
    // single file.
    std::optional<pb::Definition> tree = {};
    // The address of that directory; empty when it is an archive.
    std::string address = {};
};

// `names` are files in the directory; without any, those of `usual` that exist are read.
struct WantedFiles {
    std::vector<std::string> names, usual;
    bool git_advice = false; // shown in the log (BUILDX_BAKE_GIT_ADVICE)
};

// Over the bridge of a build of its own. Throws GrpcError with BuildKit's reason, and Error for a
// file that is too large.
RemoteDefinition read_remote_definition(buildkit::Bridge &bridge, const std::string &address,
                                        const WantedFiles &wanted);

// Such a build in the builder, which is booted if it has to be. Throws Error; passwords in the
// address are shown nowhere.
RemoteDefinition fetch_remote_definition(const BuildSetting &setting, progress::Display &display,
                                         const std::string &address, const WantedFiles &wanted);

// The values of --secret with which BuildKit fetches a git repository at this address, for
// BUILDX_BAKE_GIT_AUTH_TOKEN and _HEADER in the environment; they name the variables.
std::vector<std::string> git_auth_secrets(const std::string &address,
                                          const Environment &environment);

} // namespace berth::job
