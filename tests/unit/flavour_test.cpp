// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/arguments.hpp"
#include "berth/docker/docker.hpp"
#include "berth/docker/flavour.hpp"
#include "berth/docker/parse.hpp"
#include "berth/process/recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::docker {
namespace {

TEST(FlavourTest, DependsOnTheProgramsName) {
    EXPECT_EQ(flavour_of("docker"), Flavour::docker);
    EXPECT_EQ(flavour_of("/opt/podman/bin/docker"), Flavour::docker);
    EXPECT_EQ(flavour_of("podman"), Flavour::podman);
    EXPECT_EQ(flavour_of("/usr/bin/podman-remote"), Flavour::podman);
    EXPECT_EQ(flavour_of("nerdctl.lima"), Flavour::nerdctl);
    EXPECT_EQ(flavour_of(""), Flavour::docker);
}

TEST(FlavourTest, PodmanGetsTheRegistry) {
    auto name = [](const char *reference) { return image_name(Flavour::podman, reference); };
    EXPECT_EQ(name("busybox"), "docker.io/library/busybox");
    EXPECT_EQ(name("moby/buildkit:x"), "docker.io/moby/buildkit:x");
    EXPECT_EQ(name("localhost/app"), "localhost/app");
    EXPECT_EQ(name("host:5000/app"), "host:5000/app");
    EXPECT_EQ(name("ghcr.io/a/b@sha256:0"), "ghcr.io/a/b@sha256:0");
    EXPECT_EQ(name("sha256:0123"), "sha256:0123");
    EXPECT_EQ(image_name(Flavour::docker, "moby/buildkit:x"), "moby/buildkit:x");
}

TEST(FlavourTest, PodmanInspectsWithoutATemplate) {
    EXPECT_THAT(inspect_container_arguments({"a", "b"}, Flavour::podman),
                ::testing::ElementsAre("container", "inspect", "a", "b"));
    EXPECT_THAT(inspect_image_arguments({"a"}, Flavour::nerdctl),
                ::testing::ElementsAre("image", "inspect", "a"));
}

TEST(FlavourTest, NerdctlLoadsWithoutOptions) {
    process::RecordingRunner runner;
    EXPECT_EQ(Docker(runner, "nerdctl", "default", "default").load_command().argv,
              (std::vector<std::string>{"nerdctl", "load"}));
    EXPECT_EQ(Docker(runner, "docker", "default", "default").load_command().argv,
              (std::vector<std::string>{"docker", "load", "--quiet"}));
}

// As podman 4.3.1 prints it, shortened.
TEST(FlavourTest, PodmansListsAreRead) {
    const std::string id(64, 'a');
    auto containers = parse_containers(R"([
     {
          "Id": "7cbb", "Name": "buildx_buildkit_x0", "Image": ")" +
                                       id + R"(",
          "State": {"Status": "running", "ExitCode": 0, "StartedAt": "2026-11-24T23:13:46Z"},
          "Mounts": [{"Type": "volume", "Name": "x_state", "Destination": "/var/lib/buildkit"}],
          "Config": {"Image": "docker.io/moby/buildkit:buildx-stable-1"}
     }
]
)");
    ASSERT_EQ(containers.size(), 1u);
    EXPECT_EQ(containers[0].name, "buildx_buildkit_x0");
    EXPECT_EQ(containers[0].image, "docker.io/moby/buildkit:buildx-stable-1");
    EXPECT_EQ(containers[0].image_id, "sha256:" + id);
    EXPECT_EQ(containers[0].volumes.at("/var/lib/buildkit"), "x_state");
    EXPECT_TRUE(parse_containers("[]\n").empty());

    auto images = parse_images(R"([{"Id": ")" + id +
                               R"(", "RepoTags": ["localhost/a:b"], "RootFS": {"Layers": []}}])");
    ASSERT_EQ(images.size(), 1u);
    EXPECT_EQ(images[0].id, "sha256:" + id);
}

TEST(FlavourTest, PodmansInfoIsRead) {
    auto info = parse_info(R"({"host": {"arch": "amd64", "os": "linux", "cgroupManager": "systemd",
        "cgroupVersion": "v2", "distribution": {"distribution": "debian"}},
        "store": {"graphDriverName": "overlay", "graphRoot": "/data"},
        "version": {"Version": "4.3.1"}})");
    EXPECT_EQ(info.server_version, "4.3.1");
    EXPECT_EQ(info.cgroup_driver, "systemd");
    EXPECT_EQ(info.cgroup_version, "2");
    EXPECT_EQ(info.os_type, "linux");
    EXPECT_EQ(info.root, "/data");
    EXPECT_FALSE(info.containerd_store);
}

TEST(FlavourTest, VersionsOfClientAndEngine) {
    auto both = parse_versions(R"({"Client": {"Version": "1"}, "Server": {"Version": "2"}})");
    EXPECT_EQ(both.client, "1");
    EXPECT_EQ(both.server, "2");
    for (const auto *text : {"", "[]", "x", R"({"Client": 1, "Server": null})"}) {
        EXPECT_EQ(parse_versions(text).client, "") << text;
        EXPECT_EQ(parse_versions(text).server, "") << text;
    }
}

} // namespace
} // namespace berth::docker
