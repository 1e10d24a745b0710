// Which of a builder's nodes a build goes to.
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/table.hpp"

#include <algorithm>

namespace berth::cli {

namespace {

// As table's node_platforms() writes them: with a star behind what the node was created with.
bool has_all(const std::vector<std::string> &platforms, const std::vector<std::string> &wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const std::string &one) {
        return std::find(platforms.begin(), platforms.end(), one) != platforms.end() ||
               std::find(platforms.begin(), platforms.end(), one + "*") != platforms.end();
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
        if (has_all(node_platforms(node, {}), platforms))
            return node;
        all.push_back(&node);
    }
    auto states = node_states(context, all);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (states[i].worker &&
            has_all(node_platforms(nodes[i], states[i].worker->platforms), platforms))
            return nodes[i];
    return first;
}

} // namespace berth::cli
