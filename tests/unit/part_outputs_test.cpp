// SPDX-License-Identifier: Apache-2.0
// The outputs of a build that several nodes share.
#include "berth/util/error.hpp"

#include "../../src/job/part_outputs.hpp"
#include "../../src/job/target_units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> tags = {"app:1", "registry.example/team/app:2", "app:3"};

std::string error_of(const std::vector<Output> &outputs) {
    try {
        joint_outputs(outputs, tags);
    } catch (const Error &error) {
        return error.what();
    }
    return "";
}

TEST(PartOutputsTest, APartIsPushedByDigestToEachRepositoryOnce) {
    std::vector<Output> outputs = {{.type = "registry"}};
    auto parts = outputs_of_part(outputs, tags, "/layout");
    auto exporter = exporter_of(parts.at(0), {});
    EXPECT_EQ(exporter.attributes["name"], "docker.io/library/app,registry.example/team/app");
    EXPECT_EQ(exporter.attributes["push-by-digest"], "true");
    EXPECT_EQ(exporter.attributes["push"], "true");
    EXPECT_EQ(joint_outputs(outputs, tags).pushed, tags);
    outputs = {{.type = "image", .attributes = {{"name", "app:9"}, {"push", "true"}}}};
    EXPECT_THAT(joint_outputs(outputs, {}).pushed, ElementsAre("app:9"));
    EXPECT_EQ(outputs_of_part(outputs, {}, "/layout").at(0).attribute("name"),
              "docker.io/library/app");
}

TEST(PartOutputsTest, AnImageThatStaysKeepsItsTags) {
    std::vector<Output> outputs = {{.type = "image"}};
    auto parts = outputs_of_part(outputs, {"app:1"}, "/layout");
    EXPECT_EQ(parts.at(0).attribute("name"), "app:1");
    EXPECT_EQ(parts.at(0).attribute("push-by-digest"), "");
    EXPECT_TRUE(joint_outputs(outputs, {"app:1"}).empty());
}

TEST(PartOutputsTest, OutputsOnThisSideShareOneLayout) {
    std::vector<Output> outputs = {{.type = "oci", .destination = "a.tar"},
                                   {.type = "docker", .as_layout = true},
                                   {.type = "local", .destination = "files"}};
    auto parts = outputs_of_part(outputs, tags, "/layout");
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_TRUE(parts[0].as_layout_directory());
    EXPECT_EQ(parts[0].destination, "/layout");
    EXPECT_EQ(parts[1].destination, "files");
    auto joint = joint_outputs(outputs, tags);
    ASSERT_EQ(joint.here.size(), 2u);
    EXPECT_EQ(joint.here[0].names, tags);
    // Pushed from there, too, so that all have the same image.
    outputs.push_back({.type = "registry"});
    EXPECT_EQ(outputs_of_part(outputs, tags, "/layout").size(), 2u);
    EXPECT_EQ(joint_outputs(outputs, tags).pushed, tags);
}

TEST(PartOutputsTest, OutputsThatOnlyOneNodeCanMake) {
    EXPECT_THAT(error_of({{.type = "tar", .destination = "-"}}),
                HasSubstr("tar for multi-node builds currently not supported"));
    EXPECT_THAT(error_of({{.type = "docker"}}), HasSubstr("manifest lists"));
    EXPECT_THAT(
        error_of({{.type = "local", .destination = "x", .attributes = {{"mode", "delete"}}}}),
        HasSubstr("local with mode=delete"));
    EXPECT_THAT(
        error_of({{.type = "oci", .destination = "a"},
                  {.type = "oci", .destination = "b", .attributes = {{"compression", "zstd"}}}}),
        HasSubstr("different options"));
}

TEST(PartOutputsTest, AnnotationsOfTheIndex) {
    auto joint =
        joint_outputs({{.type = "registry",
                        .attributes = {{"annotation-index.a.b", "1"},
                                       {"annotation-manifest-descriptor[linux/arm64].c", "2"},
                                       {"annotation-manifest.d", "3"},
                                       {"annotation.e", "4"},
                                       {"annotation-index[", "5"}}}},
                      tags);
    ASSERT_EQ(joint.annotations.size(), 2u);
    EXPECT_EQ(joint.annotations[0].key, "a.b");
    EXPECT_EQ(joint.annotations[1].type, "manifest-descriptor");
    EXPECT_EQ(joint.annotations[1].platform, "linux/arm64");
    EXPECT_EQ(joint.annotations[1].key, "c");
}

TEST(TargetUnitsTest, APartTakesTheResultOfItsNode) {
    std::vector<NamedTarget> targets = {
        {.name = "base", .options = {}, .parts = {{.node = 0}, {.node = 1}}},
        {.name = "app",
         .options = {},
         .links = {{"b", "base"}},
         .parts = {{.node = 1}, {.node = 0}}},
        {.name = "small", .options = {}, .links = {{"b", "base"}}, .parts = {{.node = 1}}}};
    auto units = units_of(targets);
    ASSERT_EQ(units.size(), 5u);
    auto graph = link_units(targets, units);
    EXPECT_THAT(graph.parents[2], ElementsAre(1u));
    EXPECT_THAT(graph.parents[3], ElementsAre(0u));
    EXPECT_THAT(graph.children[1], ElementsAre(2u, 4u));
    EXPECT_EQ(unit_name(targets, units[2], "n"), "app n");
    EXPECT_EQ(unit_name(targets, units[4], "n"), "small");
    targets[0].parts.pop_back();
    EXPECT_THROW(link_units(targets, units_of(targets)), Error);
}

TEST(TargetUnitsTest, ATargetFailsWithOneOfItsParts) {
    TargetOutcome worked{.name = "a", .state = TargetState::succeeded},
        stopped{.name = "a", .state = TargetState::aborted},
        failed{.name = "a", .state = TargetState::failed};
    EXPECT_EQ(outcome_of_parts({&worked, &stopped, &failed}).state, TargetState::failed);
    EXPECT_EQ(outcome_of_parts({&worked, &stopped}).state, TargetState::aborted);
    EXPECT_EQ(outcome_of_parts({&worked}).state, TargetState::succeeded);
}

} // namespace
} // namespace berth::job
