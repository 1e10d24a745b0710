// SPDX-License-Identifier: Apache-2.0
// Asks engines and builders for their state, with as few docker commands as possible.
#include "berth/builder/remote.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/docker/docker.hpp"
#include "berth/util/day_file.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <chrono>
#include <filesystem>
#include <future>
#include <map>

namespace berth::cli {

namespace {

// A dead engine or builder must not delay the others.
std::string status_of(const docker::Container &container) {
    if (container.status == "exited" || container.status == "created")
        return "stopped";
    return container.status;
}

void ask_engines(const Context &context, const std::vector<const store::NodeRecord *> &nodes,
                 std::vector<NodeState> &states) {
    std::map<std::string, std::vector<std::size_t>> by_endpoint;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (!nodes[i]->remote)
            by_endpoint[nodes[i]->endpoint].push_back(i);
    std::vector<process::Command> commands;
    for (const auto &[endpoint, indexes] : by_endpoint) {
        std::vector<std::string> names;
        for (auto i : indexes)
            names.push_back(builder::container_name(nodes[i]->name));
        commands.push_back(context.docker(endpoint).inspect_containers_command(names));
        commands.back().timeout = context.status_timeout;
    }
    auto outcomes = context.runner.run_all(commands);
    std::size_t next = 0;
    for (const auto &[endpoint, indexes] : by_endpoint) {
        const auto &command = commands[next];
        const auto &outcome = outcomes[next++];
        try {
            auto found = docker::Docker::read_containers(command, outcome);
            for (auto i : indexes) {
                auto at = found.find(builder::container_name(nodes[i]->name));
                if (at == found.end()) {
                    states[i].status = "inactive";
                    continue;
                }
                states[i].status = status_of(at->second);
                states[i].container = at->second;
                if (builder::ended_badly(at->second))
                    states[i].error = "buildkitd ended: " + builder::how_it_ended(at->second);
            }
        } catch (const Error &error) {
            if (error.code() == ExitCode::cancelled)
                throw;
            for (auto i : indexes) {
                states[i].status = "error";
                states[i].error = error.what();
                states[i].timed_out = outcome.kind == process::Outcome::Kind::timed_out;
            }
        }
    }
}

void ask_workers(const Context &context, const std::vector<const store::NodeRecord *> &nodes,
                 std::vector<NodeState> &states) {
    auto cache = context.worker_cache();
    std::vector<std::size_t> unknown;
    std::vector<process::Command> commands;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (states[i].status != "running" || nodes[i]->remote)
            continue;
        states[i].worker = cache.find(*states[i].container);
        if (states[i].worker)
            continue;
        unknown.push_back(i);
        commands.push_back(builder::worker_command(context.docker(nodes[i]->endpoint),
                                                   builder::container_name(nodes[i]->name)));
        commands.back().timeout = context.status_timeout;
    }
    auto outcomes = context.runner.run_all(commands);
    for (std::size_t k = 0; k < unknown.size(); ++k) {
        auto &state = states[unknown[k]];
        try {
            docker::check(commands[k], outcomes[k]);
            state.worker = builder::parse_worker_info(outcomes[k].out);
            cache.save(*state.container, outcomes[k].out);
        } catch (const Error &error) {
            state.error = error.what();
        }
    }
}

NodeState ask_remote_node(const Context &context, const store::NodeRecord &node) {
    NodeState state{.status = "running"};
    try {
        state.worker = builder::ask_remote(context.docker(node), node, context.status_timeout);
    } catch (const Error &error) {
        if (error.code() == ExitCode::cancelled)
            throw;
        state.status = "inactive"; // as docker buildx
        state.error = error.what();
    }
    return state;
}

using Asked = std::vector<std::pair<std::size_t, std::future<NodeState>>>;

Asked ask_remotes(const Context &context, const std::vector<const store::NodeRecord *> &nodes) {
    Asked asked;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i]->remote)
            asked.emplace_back(i, std::async(std::launch::async, [&context, node = nodes[i]] {
                                   return ask_remote_node(context, *node);
                               }));
    return asked;
}

} // namespace

std::vector<NodeState> node_states(const Context &context,
                                   const std::vector<const store::NodeRecord *> &nodes) {
    std::vector<NodeState> states(nodes.size());
    auto remotes = ask_remotes(context, nodes);
    ask_engines(context, nodes, states);
    ask_workers(context, nodes, states);
    for (auto &[node, state] : remotes)
        states[node] = state.get();
    return states;
}

std::filesystem::path platform_file(const Context &context, const std::string &host) {
    return context.cache_directory() / "engines" / sha256_hex(host).substr(0, 24);
}

std::string known_platform(const Context &context, const std::string &host) {
    return printable(read_day_file(platform_file(context, host)).value_or(""));
}

void keep_platform(const Context &context, const std::string &host, const std::string &platform) {
    write_day_file(platform_file(context, host), platform);
}

process::Command engine_command(const Context &context, const std::string &endpoint) {
    auto command = context.docker(endpoint).platform_command();
    command.timeout = context.status_timeout;
    return command;
}

NodeState read_engine_state(const process::Command &command, const process::Outcome &outcome) {
    NodeState state{.status = "running"};
    try {
        docker::check(command, outcome);
        state.worker.emplace();
        state.worker->platforms.push_back(printable(trim(outcome.out)));
    } catch (const Error &error) {
        if (error.code() == ExitCode::cancelled)
            throw;
        state.status = "error";
        state.error = error.what();
    }
    return state;
}

} // namespace berth::cli
