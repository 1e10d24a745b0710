// SPDX-License-Identifier: Apache-2.0
// Which of a builder's nodes a build goes to.
#include "berth/builder/assign.hpp"
#include "berth/builder/platform.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/each_node.hpp"
#include "berth/job/targets.hpp"
#include "berth/progress/shared_display.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {

namespace {

using Nodes = std::vector<const store::NodeRecord *>;
using Platforms = std::vector<std::vector<store::Platform>>;
using Shares = std::vector<std::vector<builder::Share>>;

std::vector<builder::NodePlatforms> pinned_platforms(const Nodes &nodes) {
    std::vector<builder::NodePlatforms> platforms;
    for (const auto *node : nodes)
        platforms.push_back({.pinned = node->platforms.value_or(std::vector<store::Platform>())});
    return platforms;
}

void add_workers(std::vector<builder::NodePlatforms> &platforms,
                 const std::vector<NodeState> &states) {
    for (std::size_t i = 0; i < states.size(); ++i)
        if (states[i].worker)
            for (const auto &platform : states[i].worker->platforms)
                platforms[i].worker.push_back(builder::parse_platform(platform));
}

std::optional<Shares> share_pinned(const std::vector<builder::NodePlatforms> &nodes,
                                   const Platforms &wanted) {
    Shares shares;
    for (const auto &platforms : wanted) {
        auto share = builder::assign_pinned(nodes, platforms);
        if (!share)
            return std::nullopt;
        shares.push_back(std::move(*share));
    }
    return shares;
}

std::vector<std::exception_ptr> boot_rest(const Context &context, const Nodes &nodes,
                                          std::vector<NodeState> &states,
                                          progress::Display &display) {
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (!states[i].worker)
            rest.push_back(i);
    auto workers = context.worker_cache();
    progress::SharedDisplay shared(display);
    auto failures = for_each_node(context.runner, rest.size(), [&](std::size_t i) {
        const auto &node = *nodes[rest[i]];
        progress::SharedDisplay::Part part(shared, printable(node.name));
        try {
            builder::boot(context.docker(node), node, part,
                          context.surroundings(workers, node.endpoint));
        } catch (const Error &error) {
            throw job::of_node(node.name, error);
        }
    });
    Nodes booted;
    for (std::size_t i = 0; i < rest.size(); ++i)
        if (!failures[i])
            booted.push_back(nodes[rest[i]]);
    auto answers = node_states(context, booted);
    for (std::size_t i = 0, answer = 0; i < rest.size(); ++i)
        if (!failures[i])
            states[rest[i]] = std::move(answers[answer++]);
    return failures;
}

Nodes all_nodes(const ChosenBuilder &builder) {
    Nodes nodes;
    for (const auto &node : builder.record.nodes)
        nodes.push_back(&node);
    return nodes;
}

} // namespace

std::vector<std::vector<builder::Share>>
share_platforms(const Context &context, const ChosenBuilder &builder,
                const std::vector<std::vector<store::Platform>> &wanted,
                const std::vector<builder::SpreadGroup> &groups, progress::Display &display) {
    container_node(builder); // checks it
    auto nodes = all_nodes(builder);
    Shares shares;
    if (nodes.size() == 1) {
        for (const auto &platforms : wanted)
            shares.push_back({{.node = 0, .platforms = platforms}});
        return shares;
    }
    auto platforms = pinned_platforms(nodes);
    auto pinned = share_pinned(platforms, wanted);
    if (!pinned || (!groups.empty() && builder::spread_needs_workers(platforms, wanted))) {
        auto states = node_states(context, nodes);
        if (!context.runner.dry()) {
            auto failures = boot_rest(context, nodes, states, display);
            if (!pinned) // the node might be the one that fits
                rethrow_first(failures);
        }
        add_workers(platforms, states);
    }
    if (pinned)
        shares = *std::move(pinned);
    else
        for (const auto &one : wanted)
            shares.push_back(builder::assign_platforms(platforms, one));
    builder::spread(shares, platforms, groups);
    return shares;
}

const store::NodeRecord &build_node(const Context &context, const ChosenBuilder &builder,
                                    const std::vector<std::string> &platforms) {
    const auto &first = container_node(builder);
    auto nodes = all_nodes(builder);
    if (nodes.size() == 1 || platforms.empty())
        return first;
    std::vector<store::Platform> wanted;
    wanted.reserve(platforms.size());
    for (const auto &platform : platforms)
        wanted.push_back(builder::parse_platform(platform));
    auto known = pinned_platforms(nodes);
    if (auto pinned = builder::assign_pinned(known, wanted))
        return *nodes[pinned->front().node];
    add_workers(known, node_states(context, nodes));
    return *nodes[builder::assign_platforms(known, wanted).front().node];
}

} // namespace berth::cli
