// SPDX-License-Identifier: Apache-2.0
// Chooses the node of a builder for a build.
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/table.hpp"

#include <algorithm>

namespace berth::cli {

namespace {

// By the fixed platforms of the node, and those of its worker.
bool has_all(const store::NodeRecord &node, const std::vector<std::string> &worker,
             const std::vector<std::string> &wanted) {
    auto platforms = worker;
    if (node.platforms)
        for (const auto &platform : *node.platforms)
            platforms.push_back(platform_text(platform));
    return std::all_of(wanted.begin(), wanted.end(), [&](const std::string &one) {
        return std::find(platforms.begin(), platforms.end(), one) != platforms.end();
    });
}

} // namespace

const store::NodeRecord &build_node(const Context &context, const ChosenBuilder &builder,
                                    const std::vector<std::string> &platforms) {
    const auto &first = container_node(builder);
    const auto &nodes = builder.record.nodes;
    if (nodes.size() == 1 || platforms.empty())
        return first;
    std::vector<const store::NodeRecord *> all;
    for (const auto &node : nodes) {
        if (has_all(node, {}, platforms))
            return node;
        all.push_back(&node);
    }
    auto states = node_states(context, all);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (states[i].worker && has_all(nodes[i], states[i].worker->platforms, platforms))
            return nodes[i];
    return first;
}

} // namespace berth::cli
