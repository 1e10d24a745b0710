// SPDX-License-Identifier: Apache-2.0
// The contexts of a build: frontend attributes for BuildKit, and the client's directories and
// layouts that the session serves during the build.
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/job/options.hpp"
#include "berth/util/file.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace berth::job {

// --build-context NAME=VALUE. Throws a usage error.
struct NamedContext {
    std::string name, value;
};
NamedContext read_named_context(const std::string &text);

struct Contexts {
    // filename, context, dockerfilekey, context:NAME, sharedkey:localdir:NAME, frontend.caps
    std::map<std::string, std::string> attributes = {};
    // Directories by their name in BuildKit: context, dockerfile, or that of a named context.
    std::map<std::string, std::filesystem::path> directories = {};
    std::map<std::string, std::filesystem::path> layouts = {}; // OCI layouts, by their store's name
    std::string shared_key = {};                               // of the main context
    // Contains a Dockerfile that is in no directory of the user.
    std::shared_ptr<const ScratchFolder> dockerfile = {};
};

// `named`: those of options.build_contexts that are directories or layouts of the client.
// `client_id` separates the clients of a builder.
Contexts contexts_of(const context::LocalContext &main,
                     const std::map<std::string, context::LocalContext> &named,
                     const BuildOptions &options, const std::string &client_id);

} // namespace berth::job
