// SPDX-License-Identifier: Apache-2.0
// Groups and targets that use the same ones on many ways.
#include "berth/bake/resolve.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::bake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// From aN and bN, each level leads to both of the next one: there are 2^levels ways to the last.
constexpr int levels = 60;

std::string at(char side, int level) {
    return side + std::to_string(level);
}
std::vector<std::string> next(int level) {
    return {at('a', level + 1), at('b', level + 1)};
}

Selection select_a0(const Config &config) {
    Access access;
    return select(config, {"a0"}, {}, {}, access);
}

TEST(BakeResolveTest, GroupsThatShareMembersAreExpandedOnce) {
    Config config;
    for (int i = 0; i < levels; ++i)
        for (char side : {'a', 'b'})
            config.groups.push_back({.name = at(side, i), .targets = next(i)});
    for (char side : {'a', 'b'})
        config.targets.push_back({.name = at(side, levels)});
    auto selected = select_a0(config);
    EXPECT_THAT(selected.targets, SizeIs(2));
    EXPECT_THAT(selected.groups, SizeIs(2 * levels)); // all but b0, and the default
}

TEST(BakeResolveTest, TargetsThatShareParentsInheritOnce) {
    Config config;
    for (int i = 0; i <= levels; ++i)
        for (char side : {'a', 'b'}) {
            Target target{.name = at(side, i)};
            if (i < levels)
                target.inherits = next(i);
            target.args.emplace()[at(side, i)] = "x";
            config.targets.push_back(target);
        }
    auto selected = select_a0(config);
    EXPECT_FALSE(selected.targets.at("a0").inherits);
    EXPECT_THAT(*selected.targets.at("a0").args, SizeIs(2 * levels + 1));
}

TEST(BakeResolveTest, LinksAreFollowedOnce) {
    Config config;
    for (int i = 0; i <= levels; ++i)
        for (char side : {'a', 'b'}) {
            Target target{.name = at(side, i)};
            if (i < levels)
                target.contexts = {{"one", "target:" + next(i)[0]},
                                   {"two", "target:" + next(i)[1]}};
            config.targets.push_back(target);
        }
    config.targets.back().entitlements = {"network.host"}; // of the last one
    auto selected = select_a0(config);
    EXPECT_THAT(selected.targets, SizeIs(2 * levels + 1));
    EXPECT_THAT(*selected.targets.at("a0").entitlements, ElementsAre("network.host"));
}

TEST(BakeResolveTest, ACircleOfLinksBehindACommonOneIsFound) {
    Config config;
    auto add = [&](const std::string &name, std::map<std::string, std::string> contexts) {
        Target target{.name = name};
        target.contexts = std::move(contexts);
        config.targets.push_back(target);
    };
    add("a0", {{"x", "target:b"}, {"y", "target:c"}});
    add("b", {{"x", "target:d"}});
    add("c", {{"x", "target:d"}, {"y", "target:a0"}});
    add("d", {});
    try {
        select_a0(config);
        ADD_FAILURE() << "a0 and c link to each other";
    } catch (const Error &error) {
        EXPECT_THAT(error.what(), HasSubstr("infinite loop from c to a0"));
    }
}

} // namespace
} // namespace berth::bake
