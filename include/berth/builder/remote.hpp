// SPDX-License-Identifier: Apache-2.0
// The driver `remote`: an existing BuildKit at an address. berth reaches it from a new container
// for each connection, so that it still needs only docker commands.
#pragma once

#include "berth/builder/node.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/tls_streams.hpp"
#include "berth/store/builder_record.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace berth::builder {

struct RemoteAddress {
    enum class Kind {
        tcp,       // host, port
        unix_path, // host: the socket's path on the engine's machine
        container, // host: its name, on the engine of `docker_context` (empty: the current one)
    };
    Kind kind = Kind::tcp;
    std::string host = {};
    std::string port = {};
    std::string docker_context = {};
    std::optional<process::TlsSettings> tls = {};
    bool default_load = false;
};

// The address and driver options of a node of the driver remote. Throws a usage error with docker
// buildx's message, also for an address that only docker buildx can reach.
RemoteAddress read_remote(const store::NodeRecord &node);

// A raw connection to it (encrypted, when `tls` is set).
process::Command remote_command(const docker::Docker &docker, const RemoteAddress &address,
                                process::Effect effect);

// buildctl with these arguments, for --dry-run to show.
process::Command remote_buildctl(const docker::Docker &docker, const RemoteAddress &address,
                                 const std::vector<std::string> &arguments);

// Queries its worker. Throws Error (builder_unavailable) if it does not answer within `timeout`
// (zero: no limit).
WorkerInfo ask_remote(const docker::Docker &docker, const store::NodeRecord &node,
                      std::chrono::milliseconds timeout);
// Waits until it answers, at most for the time limit of a start.
void wait_for_remote(const docker::Docker &docker, const store::NodeRecord &node,
                     progress::Display &display, const Surroundings &surroundings);

} // namespace berth::builder
