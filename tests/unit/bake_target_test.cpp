// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/resolve.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::bake {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Target target(const std::string &name, Strings inherits = {}) {
    Target target{.name = name};
    target.inherits = std::move(inherits);
    return target;
}

Selection selected(const Config &config, const Strings &names, const Strings &overrides = {}) {
    Access access;
    return select(config, names, overrides, Environment(), access);
}

std::string error_of_config(const Config &config, const Strings &names,
                            const Strings &overrides = {}) {
    try {
        selected(config, names, overrides);
    } catch (const Error &error) {
        return std::string(error.what()) + (error.hint().empty() ? "" : " | " + error.hint());
    }
    return {};
}

TEST(BakeTargetTest, MergesMapsAndReplacesTags) {
    auto base = target("base"), app = target("app", {"base"});
    base.args = OptionalStrings{{"A", "1"}, {"B", "1"}};
    base.tags = Strings{"base"};
    app.args = OptionalStrings{{"B", "2"}, {"A", std::nullopt}};
    app.tags = Strings{};
    auto result = selected({.targets = {base, app}}, {"app"}).targets.at("app");
    EXPECT_THAT(*result.args, UnorderedElementsAre(Pair("A", "1"), Pair("B", "2")));
    EXPECT_TRUE(result.tags->empty());
    EXPECT_EQ(result.context, ".");
    EXPECT_EQ(result.dockerfile, "Dockerfile");
}

TEST(BakeTargetTest, LaterParentsWin) {
    auto first = target("first"), second = target("second"),
         app = target("app", {"first", "second"});
    first.target = "one";
    first.annotations = Strings{"a=1"};
    second.target = "two";
    second.annotations = Strings{"b=1", "a=1"};
    auto result = selected({.targets = {first, second, app}}, {"app"}).targets.at("app");
    EXPECT_EQ(result.target, "two");
    EXPECT_THAT(*result.annotations, ElementsAre("a=1", "b=1"));
}

TEST(BakeTargetTest, DropsClearedContexts) {
    auto base = target("base"), app = target("app", {"base"});
    base.contexts = std::map<std::string, std::string>{{"a", "./a"}};
    app.contexts = std::map<std::string, std::string>{{"a", ""}};
    EXPECT_FALSE(selected({.targets = {base, app}}, {"app"}).targets.at("app").contexts);
}

TEST(BakeTargetTest, TheHostNetworkNeedsItsEntitlement) {
    auto app = target("app");
    app.network = "host";
    EXPECT_THAT(*selected({.targets = {app}}, {"app"}).targets.at("app").entitlements,
                ElementsAre("network.host"));
}

TEST(BakeTargetTest, ExpandsGroupsOfGroups) {
    Config config{.groups = {{.name = "g", .targets = Strings{"a", "h"}},
                             {.name = "h", .targets = Strings{"b"}}},
                  .targets = {target("a"), target("b")}};
    auto selection = selected(config, {"g"});
    EXPECT_EQ(selection.targets.size(), 2u);
    EXPECT_THAT(*selection.groups.at("default").targets, ElementsAre("g"));
}

TEST(BakeTargetTest, RefusesGroupsThatContainThemselves) {
    Config config{.groups = {{.name = "g", .targets = Strings{"a", "h"}},
                             {.name = "h", .targets = Strings{"b", "g"}}},
                  .targets = {target("a"), target("b")}};
    EXPECT_EQ(error_of_config(config, {"g"}),
              "failed to find target g | g is a group: it contains itself, or a target is needed "
              "here");
}

TEST(BakeTargetTest, AddsLinkedTargetsWithoutTheirOutput) {
    auto base = target("base"), app = target("app");
    base.outputs = std::vector<OutputEntry>{{.type = "docker"}};
    app.contexts = std::map<std::string, std::string>{{"b", "target:base"}};
    auto selection = selected({.targets = {base, app}}, {"app"});
    EXPECT_TRUE(selection.targets.at("base").linked);
    EXPECT_EQ(selection.targets.at("base").outputs->front().type, "cacheonly");
}

TEST(BakeTargetTest, NamesTheNearestTarget) {
    Config config{.targets = {target("frontend"), target("backend")}};
    EXPECT_EQ(error_of_config(config, {"fronted"}),
              "failed to find target fronted | did you mean frontend?");
    EXPECT_EQ(error_of_config(config, {"x*"}),
              "could not find any target matching \"x*\" | `berth bake "
              "--list=targets` lists the targets");
}

TEST(BakeTargetTest, ShowsThePathOfACycle) {
    auto a = target("a"), b = target("b");
    a.contexts = std::map<std::string, std::string>{{"x", "target:b"}};
    b.contexts = std::map<std::string, std::string>{{"x", "target:a"}};
    EXPECT_EQ(error_of_config({.targets = {a, b}}, {"a"}),
              "infinite loop from b to a | the contexts link a → b → a");
}

TEST(BakeOverridesTest, AcceptsOlderSpellings) {
    auto app = target("app");
    app.tags = Strings{"a"};
    auto result =
        selected({.targets = {app}}, {"app"},
                 {"*.arg.A=1", "app.args.B=x=y", "app.tags+=b", "app.labels.l=", "app.platforms=p"})
            .targets.at("app");
    EXPECT_THAT(*result.args, UnorderedElementsAre(Pair("A", "1"), Pair("B", "x=y")));
    EXPECT_THAT(*result.tags, ElementsAre("a", "b"));
    EXPECT_THAT(*result.labels, ElementsAre(Pair("l", "")));
    EXPECT_THAT(*result.platforms, ElementsAre("p"));
}

TEST(BakeOverridesTest, ReplacesAndClears) {
    auto app = target("app");
    app.tags = Strings{"a"};
    app.annotations = Strings{"a=1"};
    auto result =
        selected({.targets = {app}}, {"app"}, {"app.tags=x", "app.tags=y", "app.annotations="})
            .targets.at("app");
    EXPECT_THAT(*result.tags, ElementsAre("x", "y"));
    EXPECT_TRUE(result.annotations->empty());
}

TEST(BakeOverridesTest, PushKeepsOtherOutputs) {
    auto app = target("app");
    app.outputs = std::vector<OutputEntry>{{.type = "image"}, {.type = "registry"}};
    auto outputs = [&](const std::string &text) {
        return *selected({.targets = {app}}, {"app"}, {text}).targets.at("app").outputs;
    };
    EXPECT_THAT(outputs("*.push=false"),
                ElementsAre(OutputEntry{.type = "image", .attributes = {{"push", "false"}}}));
    EXPECT_THAT(outputs("*.push=true"),
                ElementsAre(OutputEntry{.type = "image", .attributes = {{"push", "true"}}},
                            OutputEntry{.type = "registry"}));
}

TEST(BakeOverridesTest, RefusesUnknownKeys) {
    Config config{.targets = {target("app")}};
    EXPECT_EQ(error_of_config(config, {"app"}, {"app=1"}),
              "invalid override key app, expected target.name");
    EXPECT_EQ(error_of_config(config, {"app"}, {"app.tags"}),
              "invalid override app.tags, expected target.name=value");
    EXPECT_EQ(error_of_config(config, {"app"}, {"app.nope=1"}), "unknown key: nope");
    EXPECT_EQ(error_of_config(config, {"app"}, {"app.pull=perhaps"}),
              "invalid value perhaps for boolean key pull");
}

} // namespace
} // namespace berth::bake
