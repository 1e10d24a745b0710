// SPDX-License-Identifier: Apache-2.0
// Addresses of remote builders, and the docker commands that relay to them.
#include "berth/builder/dial.hpp"
#include "berth/builder/remote.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::builder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

store::NodeRecord node(const std::string &endpoint, const OptionMap &options = {}) {
    return {.name = "n0", .endpoint = endpoint, .driver_options = options, .remote = true};
}

TEST(RemoteTest, ReadsAddresses) {
    auto tcp = read_remote(node("tcp://h:9"));
    EXPECT_EQ(tcp.host + " " + tcp.port, "h 9");
    EXPECT_EQ(read_remote(node("tcp://h")).port, "1234");
    EXPECT_EQ(read_remote(node("tcp://[::1]:8")).host, "::1");
    EXPECT_EQ(read_remote(node("unix:///run/x.sock")).host, "/run/x.sock");
    auto container = read_remote(node("docker-container://c?context=far"));
    EXPECT_EQ(container.host + " " + container.docker_context, "c far");
    for (const auto *bad :
         {"", "tcp://", "tcp://h:0", "tcp://h:x", "tcp://-h:1", "unix://x", "unix:///a,b",
          "docker-container://", "docker-container://-c", "docker-container://c?context=-x",
          "ssh://h", "kube-pod://p", "http://h", "h:1"})
        EXPECT_THROW(read_remote(node(bad)), Error) << bad;
}

TEST(RemoteTest, ReadsDriverOptions) {
    auto address = read_remote(node(
        "tcp://h:9", {{"cacert", "/ca"}, {"cert", "/c"}, {"key", "/k"}, {"default-load", "1"}}));
    EXPECT_EQ(address.tls->server_name, "h");
    EXPECT_TRUE(address.default_load);
    EXPECT_EQ(
        read_remote(node("tcp://h", {{"cacert", "/ca"}, {"servername", "s"}})).tls->server_name,
        "s");
    for (const OptionMap &bad : std::vector<OptionMap>{{{"servername", "s"}},
                                                       {{"cacert", "ca"}},
                                                       {{"cacert", "/ca"}, {"cert", "/c"}},
                                                       {{"cacert", "/ca"}, {"key", "/k"}},
                                                       {{"default-load", "maybe"}},
                                                       {{"image", "i"}}})
        EXPECT_THROW(read_remote(node("tcp://h", bad)), Error);
}

TEST(RemoteTest, KeysAreInNoCommand) {
    process::RecordingRunner runner;
    docker::Docker docker(runner, "docker", "", "");
    auto connection =
        dial(docker, node("tcp://h:9", {{"cacert", "/ca"}, {"cert", "/c"}, {"key", "/k"}}));
    auto line = process::to_shell(connection.command);
    EXPECT_THAT(line, HasSubstr("nc moby/buildkit:buildx-stable-1 h 9"));
    EXPECT_THAT(line, Not(HasSubstr("/k")));
    EXPECT_EQ(connection.tls->key_file, "/k");
    EXPECT_FALSE(dial(docker, node("tcp://h:9")).tls);
}

} // namespace
} // namespace berth::builder
