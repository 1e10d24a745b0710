// What --ssh means, and the command that forwards an agent.
#include "berth/build/ssh_forwarding.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/error.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::build {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SshAgentTest : public ::testing::Test {
  protected:
    test::TemporaryDirectory folder;

    std::string path(const std::string &name) { return (fs::path(folder.path()) / name).string(); }
    std::string key(const std::string &name) {
        std::ofstream(path(name)) << "key";
        return path(name);
    }
    std::string socket_at(const std::string &name) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        auto text = path(name);
        EXPECT_LT(text.size(), sizeof(address.sun_path));
        std::strncpy(address.sun_path, text.c_str(), sizeof(address.sun_path) - 1);
        int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr *>(&address), sizeof(address)), 0);
        ::close(fd);
        return text;
    }
    static std::string failure(const std::vector<std::string> &values,
                               const std::string &context = ".") {
        try {
            read_ssh_sources(values, context, {});
        } catch (const Error &error) {
            return error.what();
        }
        return "none";
    }
};

TEST_F(SshAgentTest, AnIdIsAnAgentOrKeys) {
    auto agent = socket_at("agent"), other = socket_at("other");
    auto sources =
        read_ssh_sources({"default", "a=" + other, "k=" + key("one") + "," + key("two"), ""}, ".",
                         Environment({{"SSH_AUTH_SOCK", agent}}));
    ASSERT_THAT(sources, SizeIs(3));
    EXPECT_EQ(sources[0].agent, agent);
    EXPECT_EQ(sources[1].id, "a");
    EXPECT_EQ(sources[1].agent, other);
    EXPECT_EQ(sources[2].agent, "");
    EXPECT_THAT(sources[2].keys, ElementsAre(path("one"), path("two")));
    auto last = read_ssh_sources({"a=" + agent, "a=" + other}, ".", {});
    ASSERT_THAT(last, SizeIs(1));
    EXPECT_EQ(last[0].agent, other);
}

TEST_F(SshAgentTest, AGitContextOverSshBringsTheAgent) {
    Environment environment({{"SSH_AUTH_SOCK", socket_at("agent")}});
    for (const auto *context : {"git@host:repo.git", "ssh://git@host/repo.git"}) {
        auto sources = read_ssh_sources({}, context, environment);
        ASSERT_THAT(sources, SizeIs(1)) << context;
        EXPECT_EQ(sources[0].id, "default");
        EXPECT_EQ(sources[0].agent, path("agent"));
    }
    EXPECT_THAT(read_ssh_sources({}, "https://host/repo.git", environment), SizeIs(0));
    EXPECT_THAT(read_ssh_sources({}, ".", environment), SizeIs(0));
}

TEST_F(SshAgentTest, WhatIsWrongIsSaid) {
    auto agent = socket_at("agent"), one = key("one");
    EXPECT_THAT(failure({"default"}), HasSubstr("make sure SSH_AUTH_SOCK is set"));
    EXPECT_THAT(failure({}, "git@host:x"), HasSubstr("make sure SSH_AUTH_SOCK is set"));
    EXPECT_THAT(failure({"a=/none/at/all"}), HasSubstr("stat /none/at/all: "));
    EXPECT_THAT(failure({"a=" + agent + "," + agent}), HasSubstr("only single socket allowed"));
    EXPECT_THAT(failure({"a=" + one + "," + agent}),
                HasSubstr("invalid combination of keys and sockets"));
    EXPECT_THAT(failure({"a,b=" + one}), HasSubstr("comma"));
}

TEST_F(SshAgentTest, TheCommandForwardsEachAgent) {
    process::RecordingRunner runner;
    docker::Docker docker(runner, "docker", "default", "default");
    auto command = ssh_command(
        docker, "box", {.key_folder = "/tmp/a:b%c", .folder = "/dev/shm/berth-ssh-1", .agents = 2});
    EXPECT_THAT(command.argv, Contains("/dev/shm/berth-ssh-1/agent0:/tmp/a\\:b%%c/agent0"));
    EXPECT_THAT(command.argv, Contains("/dev/shm/berth-ssh-1/agent1:/tmp/a\\:b%%c/agent1"));
    EXPECT_THAT(command.argv, Contains("ExitOnForwardFailure=yes"));
    auto proxy = std::find_if(command.argv.begin(), command.argv.end(),
                              [](const auto &word) { return word.starts_with("ProxyCommand="); });
    ASSERT_NE(proxy, command.argv.end());
    EXPECT_THAT(*proxy, HasSubstr("ProxyCommand=docker exec "));
    EXPECT_THAT(*proxy, HasSubstr("\"$(cat /tmp/a:b%%c/key.pub)\""));
    EXPECT_THAT(*proxy, HasSubstr("stat -f -c %%T /dev/shm")) << "ssh takes % for itself";
}

} // namespace
} // namespace berth::build
