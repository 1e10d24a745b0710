// SPDX-License-Identifier: Apache-2.0
// The environment of a subcommand. Subcommands have no other global state.
#pragma once

#include "berth/builder/node.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/cancellation.hpp"
#include "berth/process/runner.hpp"
#include "berth/store/docker_contexts.hpp"
#include "berth/store/store.hpp"
#include "berth/util/environment.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace berth::cli {

struct Context {
    process::Runner &runner;
    const process::Cancellation &cancellation;
    const Environment &environment;
    std::ostream &out, &err;
    bool out_is_terminal = false, err_is_terminal = false, in_is_terminal = false;
    std::function<progress::TerminalSize()> terminal_size = {}; // of standard error
    std::function<Time()> now;

    // Global options.
    std::string builder; // --builder; empty: BUILDX_BUILDER or the current one
    bool debug = false;

    // An engine or builder that does not answer within this time counts as not answering; zero is
    // no limit.
    std::chrono::milliseconds status_timeout{2000};

    std::string program; // argv[0]
    // What the user typed: `docker buildx`, and the arguments behind it.
    std::string name = {};
    std::vector<std::string> arguments = {};
    bool as_buildx = false; // called as docker buildx, docker-buildx or buildx

    // Colours on standard error: it is a terminal, and NO_COLOR is not set (https://no-color.org).
    bool colour() const;
    // A display on standard error.
    progress::DisplayOptions display_options() const;

    // --timeout of the commands that show states; nothing if it was not given.
    void limit_status(const std::optional<std::chrono::nanoseconds> &timeout);
    // The time limit of a query about the cache: --timeout, or zero (none) without it.
    std::chrono::milliseconds
    usage_timeout(const std::optional<std::chrono::nanoseconds> &timeout) const;

    store::Store store() const;
    store::DockerContexts docker_contexts() const;
    // $XDG_CACHE_HOME/berth: everything in it can be deleted.
    std::filesystem::path cache_directory() const;
    builder::WorkerCache worker_cache() const;
    docker::Docker docker(const std::string &endpoint) const;
    // The engine of a node; for a remote BuildKit, the engine that relays to it.
    docker::Docker docker(const store::NodeRecord &node) const;
    // What starting a node on that engine needs.
    builder::Surroundings
    surroundings(const builder::WorkerCache &workers, const std::string &endpoint,
                 std::chrono::milliseconds boot_timeout = std::chrono::seconds(20)) const;
};

} // namespace berth::cli
