// SPDX-License-Identifier: Apache-2.0
// How `ensure` compares and replaces a container in place, and the resulting record.
#include "berth/builder/create.hpp"
#include "berth/builder/differences.hpp"
#include "berth/builder/node.hpp"
#include "berth/builder/orphans.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(DifferencesTest, ShowsCurrentAndRequestedSettings) {
    store::NodeRecord node{.name = "a0",
                           .endpoint = "e",
                           .driver_options = {{{"memory", "1g"}, {"env.T", "x"}, {"env.U", "y"}}},
                           .flags = {"--debug"},
                           .files = {{{"buildkitd.toml", "a"}, {"certs/x", "b"}}}};
    EXPECT_THAT(differences(node, node, true), IsEmpty());
    store::NodeRecord wanted{.name = "a0",
                             .endpoint = "f",
                             .platforms = {{{.architecture = "arm64", .os = "linux"}}},
                             .driver_options = {{{"network", "host"}, {"env.T", "z"}}},
                             .files = {{{"buildkitd.toml", "c"}}},
                             .run_arguments = {"--x"}};
    EXPECT_THAT(differences(node, wanted, true),
                UnorderedElementsAre(
                    "endpoint is \"e\", not \"f\"", "driver option env.T is another",
                    "driver option env.U is set, not requested",
                    "driver option memory is \"1g\", not requested",
                    "driver option network is not set, not \"host\"",
                    "platforms are not set, not \"linux/arm64\"",
                    "buildkitd flags are \"--debug\", not requested",
                    "run arguments are not set, not \"--x\"",
                    "file buildkitd.toml has different content", "file certs/x is not requested"));
    wanted = node;
    wanted.endpoint = "elsewhere";
    EXPECT_THAT(differences(node, wanted, false), IsEmpty());
}

TEST(DifferencesTest, ARecordKeepsTheRunArguments) {
    store::BuilderRecord record{.name = "a", .nodes = {{.name = "a0", .endpoint = "e"}}};
    EXPECT_EQ(store::format_record(record).find("RunArgs"), std::string::npos);
    record.nodes[0].run_arguments = {"--label", "a=b"};
    auto again = store::parse_record(store::format_record(record), "here");
    EXPECT_THAT(again.nodes[0].run_arguments, ElementsAre("--label", "a=b"));
    EXPECT_THROW(store::parse_record(R"({"Name":"a","Nodes":[{"Name":"a0","RunArgs":"x"}]})", "h"),
                 Error);
}

TEST(DifferencesTest, TheContainerGetsRunArgumentsVariablesAndTheCertificatesDirectory) {
    auto node = plan_node({.driver_options = {"env.SSL_CERT_DIR=/mine"},
                           .environment = {"A=b,c", "P="},
                           .proxies = {{"HTTP_PROXY", "http://p"}, {"A", "not this"}},
                           .run_arguments = {"--label", "x"}},
                          "a0");
    auto spec = container_spec(node, {});
    EXPECT_THAT(spec.environment,
                UnorderedElementsAre("A=b,c", "P=", "HTTP_PROXY=http://p", "SSL_CERT_DIR=/mine"));
    EXPECT_THAT(spec.extra_arguments, ElementsAre("--label", "x"));
    EXPECT_THROW(plan_node({.run_arguments = {"--rm"}}, "a0"), Error);
    EXPECT_THROW(plan_node({.environment = {"=x"}}, "a0"), Error);
}

TEST(OrphansTest, OnlyOurNamesAreOrphans) {
    EXPECT_EQ(node_of_container("buildx_buildkit_a0"), "a0");
    EXPECT_EQ(node_of_volume("buildx_buildkit_a0_state"), "a0");
    for (const auto *name : {"buildx_buildkit_", "my_buildx_buildkit_a0", "buildx_buildkit_../x"})
        EXPECT_FALSE(node_of_container(name)) << name;
    EXPECT_FALSE(node_of_volume("buildx_buildkit_a0"));
    store::BuilderRecord known{.name = "A", .nodes = {{.name = "A0", .endpoint = "e"}}};
    auto found = find_orphans({{.name = "buildx_buildkit_a0", .status = "Up"},
                               {.name = "buildx_buildkit_b0", .status = "Up"}},
                              {"buildx_buildkit_a0_state", "buildx_buildkit_c0_state", "data"},
                              known_nodes({known}));
    ASSERT_EQ(found.containers.size(), 1u);
    EXPECT_EQ(found.containers[0].name, "buildx_buildkit_b0");
    EXPECT_THAT(found.volumes, ElementsAre("buildx_buildkit_c0_state"));
}

} // namespace
} // namespace berth::builder
