// SPDX-License-Identifier: Apache-2.0
// A build request as a value: the parameters for BuildKit (Control/Solve), and everything that it
// may request from the client (the session). All values are parsed and checked: nothing here is the
// unparsed text of a flag.
#pragma once

#include "berth/buildkit/session.hpp"
#include "berth/session/auth.hpp"
#include "berth/session/content.hpp"
#include "berth/session/file_send.hpp"
#include "berth/session/file_sync.hpp"
#include "berth/session/secrets.hpp"
#include "berth/session/upload.hpp"
#include "berth/solve/transfer_failures.hpp"

#include "buildkit/ops.pb.h"
#include "buildkit/source_policy.pb.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::solve {

using Attributes = std::map<std::string, std::string>;

// One exporter (https://docs.docker.com/build/exporters/).
struct Export {
    std::string type; // BuildKit's: image, oci, docker, local, tar
    Attributes attributes = {};
    // The destination on the client; nothing if it stays in the builder or goes to a registry.
    std::optional<session::OutputTarget> target = {};
};

// A cache backend (https://docs.docker.com/build/cache/backends/).
struct Cache {
    std::string type;
    Attributes attributes = {};
};

struct Request {
    std::string ref = buildkit::new_identifier(); // names the build
    std::string frontend = {};                    // dockerfile.v0 or gateway.v0; empty: a Bridge
    Attributes attributes = {};                   // of the frontend
    // Results of other builds, which attributes name as `input:KEY`, by key.
    std::map<std::string, pb::Definition> inputs = {};
    std::vector<Export> exports = {};
    std::vector<Cache> cache_from = {}, cache_to = {};
    std::vector<std::string> entitlements = {};
    std::optional<moby::buildkit::v1::sourcepolicy::Policy> source_policy = {};
    bool internal = false; // not in BuildKit's history

    // Served while the build runs, by this session.
    std::string session = buildkit::new_identifier();
    std::map<std::string, session::SourceDirectory> directories = {}; // by local's name
    std::map<std::string, session::ContentDirectory> content = {};    // by store's id
    std::map<std::string, session::ByteSource> uploads = {};          // by address
    std::map<std::string, session::SecretSource> secrets = {};        // by id
    std::map<std::string, std::filesystem::path> ssh = {};            // sockets of agents, by id
    session::CredentialLookup credentials = {};                       // empty: none
    // Called when the build has ended; an upload that waits for its source must then return.
    std::function<void()> on_end = {};
    // Of all sessions that the build reads through; none: of its own alone.
    std::shared_ptr<TransferFailures> failures = {};
    // BuildKit updates its copies of directories from an earlier build with the same key.
    std::string shared_key = {};
};

} // namespace berth::solve
