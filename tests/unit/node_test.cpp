// SPDX-License-Identifier: Apache-2.0
// The container of a node's record.
#include "berth/builder/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

docker::EngineInfo engine(const std::string &cgroups) {
    docker::EngineInfo info;
    info.cgroup_driver = cgroups;
    info.os_type = "linux";
    return info;
}

TEST(NodeTest, Names) {
    EXPECT_EQ(container_name("b0"), "buildx_buildkit_b0");
    EXPECT_EQ(volume_name("b0"), "buildx_buildkit_b0_state");
}

TEST(NodeTest, ABareNode) {
    auto spec = container_spec({.name = "b0", .endpoint = "e"}, engine("systemd"));
    EXPECT_EQ(spec.name, "buildx_buildkit_b0");
    EXPECT_EQ(spec.image, "moby/buildkit:buildx-stable-1");
    EXPECT_EQ(spec.state_volume, "buildx_buildkit_b0_state");
    EXPECT_EQ(spec.state_directory, "/var/lib/buildkit");
    EXPECT_EQ(spec.restart_policy, "unless-stopped");
    EXPECT_EQ(spec.cgroup_parent, "");
    EXPECT_EQ(spec.userns, "");
    EXPECT_FALSE(spec.all_gpus);
    EXPECT_THAT(spec.arguments, IsEmpty());
    EXPECT_THAT(container_files({.name = "b0", .endpoint = "e"}), IsEmpty());
}

TEST(NodeTest, EachOptionReachesTheContainer) {
    store::NodeRecord node{.name = "b0", .endpoint = "e"};
    node.driver_options = {{"image", "i:1"},      {"memory", "1g"},       {"memory-swap", "-1"},
                           {"cpu-quota", "1"},    {"cpu-period", "2"},    {"cpu-shares", "3"},
                           {"cpuset-cpus", "0"},  {"cpuset-mems", "1"},   {"network", "n"},
                           {"env.B", "2"},        {"env.A", "1"},         {"restart-policy", "no"},
                           {"default-load", "1"}, {"cgroup-parent", "/g"}};
    auto spec = container_spec(node, engine("cgroupfs"));
    EXPECT_EQ(spec.image, "i:1");
    EXPECT_EQ(spec.memory, 1 << 30);
    EXPECT_EQ(spec.memory_swap, -1);
    EXPECT_EQ(spec.cpu_quota, 1);
    EXPECT_EQ(spec.cpu_period, 2);
    EXPECT_EQ(spec.cpu_shares, 3);
    EXPECT_EQ(spec.cpuset_cpus, "0");
    EXPECT_EQ(spec.cpuset_mems, "1");
    EXPECT_EQ(spec.network, "n");
    EXPECT_EQ(spec.restart_policy, "no");
    EXPECT_EQ(spec.cgroup_parent, "/g");
    EXPECT_THAT(spec.environment, ElementsAre("A=1", "B=2"));
}

TEST(NodeTest, ACgroupParentIsOnlyForCgroupfs) {
    store::NodeRecord node{.name = "b0", .endpoint = "e"};
    EXPECT_EQ(container_spec(node, engine("cgroupfs")).cgroup_parent, "/docker/buildx");
    node.driver_options.emplace()["cgroup-parent"] = "/g";
    EXPECT_EQ(container_spec(node, engine("systemd")).cgroup_parent, "");
    EXPECT_EQ(container_spec(node, engine("none")).cgroup_parent, "");
}

TEST(NodeTest, UsesTheHostsUsersOnAnEngineThatRemapsThem) {
    auto info = engine("systemd");
    for (const auto *option : {"userns", "name=userns", "name=userns,x=y"}) {
        info.security_options = {"name=seccomp,profile=default", option};
        EXPECT_EQ(container_spec({.name = "b0", .endpoint = "e"}, info).userns, "host") << option;
    }
    info.security_options = {"name=seccomp,profile=userns", "name=rootless"};
    EXPECT_EQ(container_spec({.name = "b0", .endpoint = "e"}, info).userns, "");
}

TEST(NodeTest, TheConfigurationComesBeforeTheFlagsThatMayOverrideIt) {
    store::NodeRecord node{.name = "b0", .endpoint = "e", .flags = {"--debug"}};
    node.files = {{"buildkitd.toml", "x"}, {"certs/h_5000/ca.pem", "y"}};
    EXPECT_THAT(container_spec(node, engine("systemd")).arguments,
                ElementsAre("--config", "/etc/buildkit/buildkitd.toml", "--debug"));
    EXPECT_THAT(container_files(node), ElementsAre(Pair("/etc/buildkit/buildkitd.toml", "x"),
                                                   Pair("/etc/buildkit/certs/h_5000/ca.pem", "y")));
    node.files.emplace()["certs/h/ca.pem"] = "y";
    EXPECT_THAT(container_spec(node, engine("systemd")).arguments, ElementsAre("--debug"));
}

} // namespace
} // namespace berth::builder
