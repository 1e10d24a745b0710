// SPDX-License-Identifier: Apache-2.0
// Targets of a bake over nodes that suit them equally well.
#include "berth/builder/platform.hpp"
#include "berth/builder/spread.hpp"
#include "berth/util/strings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace berth::builder {
namespace {

using Words = std::vector<std::string>;
using Nodes = std::vector<NodePlatforms>;

std::vector<store::Platform> parsed(const std::string &list) {
    return list.empty() ? std::vector<store::Platform>() : *parse_platforms({list});
}

NodePlatforms machine(const std::string &worker, const std::string &pinned = "") {
    return {.pinned = parsed(pinned), .worker = parsed(worker)};
}

// One target for each name, as numbers of nodes: `0 1 0`.
std::string spread_over(const Nodes &nodes, const std::string &platforms, const Words &names) {
    std::vector<std::vector<Share>> shares;
    std::vector<SpreadGroup> groups;
    for (std::size_t i = 0; i < names.size(); ++i) {
        shares.push_back(assign_platforms(nodes, parsed(platforms)));
        groups.push_back({.name = names[i], .builds = {i}});
    }
    spread(shares, nodes, groups);
    Words numbers;
    for (const auto &share : shares)
        for (const auto &one : share)
            numbers.push_back(std::to_string(one.node));
    return join(numbers, " ");
}

const Words four = {"app", "db", "shop", "docs"};

TEST(SpreadTest, AnEqualShareForEachNodeAndTheSameNodeForAName) {
    Nodes equal = {machine("linux/amd64,linux/386"), machine("linux/amd64,linux/386")};
    for (const auto *platforms : {"linux/amd64", "linux/386", ""})
        EXPECT_EQ(spread_over(equal, platforms, four), "0 1 1 0");
    EXPECT_EQ(spread_over(equal, "linux/amd64", {"shop"}), "1");
    EXPECT_EQ(spread_over(equal, "linux/amd64", {"docs", "db"}), "0 1");
    // These would all be on the first.
    EXPECT_EQ(spread_over(equal, "linux/amd64", {"api", "web", "app", "docs"}), "0 0 1 1");
}

TEST(SpreadTest, OnlyOverNodesThatSuitAsWell) {
    auto over = [](const Nodes &nodes, const std::string &platforms) {
        return spread_over(nodes, platforms, four);
    };
    const auto amd64 = machine("linux/amd64"), arm64 = machine("linux/arm64,linux/amd64");
    EXPECT_EQ(over({amd64, arm64}, "linux/amd64"), "0 0 0 0"); // emulated there
    EXPECT_EQ(over({amd64, arm64}, ""), "0 0 0 0");            // another machine
    EXPECT_EQ(over({amd64, machine("")}, ""), "0 0 0 0");      // does not answer
    EXPECT_EQ(over({amd64, machine("linux/amd64", "linux/amd64")}, "linux/amd64"), "0 0 0 0");
    // Pinned alike: that needs no answer of theirs.
    EXPECT_NE(over({machine("", "linux/arm64"), machine("", "linux/arm64")}, "linux/arm64"),
              "0 0 0 0");
    // Of three, the two for arm64.
    auto nodes =
        over({machine("", "linux/amd64"), machine("", "linux/arm64"), machine("", "linux/arm64")},
             "linux/arm64");
    EXPECT_EQ(std::count(nodes.begin(), nodes.end(), '1'), 2) << nodes;
    EXPECT_EQ(std::count(nodes.begin(), nodes.end(), '2'), 2) << nodes;
}

TEST(SpreadTest, GroupsStayTogetherAndPartsWhereTheyAre) {
    Nodes equal = {machine("linux/amd64"), machine("linux/amd64"), machine("linux/arm64")};
    std::vector<std::vector<Share>> shares(4, assign_platforms(equal, parsed("linux/amd64")));
    shares.push_back(assign_platforms(equal, parsed("linux/amd64,linux/arm64")));
    auto parts = shares.back();
    spread(shares, equal, {{"a", {0, 2}}, {"b", {1, 3}}, {"c", {4}}});
    EXPECT_EQ(shares[0], shares[2]);
    EXPECT_EQ(shares[1], shares[3]);
    EXPECT_NE(shares[0], shares[1]);
    EXPECT_EQ(shares.back(), parts);
}

TEST(SpreadTest, MachinesMatterOnlyWithoutPlatforms) {
    Nodes unpinned(2), pinned = {machine("", "linux/amd64"), machine("", "linux/arm64")};
    EXPECT_TRUE(spread_needs_workers(unpinned, {parsed("linux/amd64"), {}}));
    EXPECT_FALSE(spread_needs_workers(unpinned, {parsed("linux/amd64")}));
    EXPECT_FALSE(spread_needs_workers(pinned, {{}}));
}

} // namespace
} // namespace berth::builder
