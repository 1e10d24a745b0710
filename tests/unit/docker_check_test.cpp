// SPDX-License-Identifier: Apache-2.0
// The meaning of docker's failures, with real messages of docker 20.10.24 and 28.2.2.
#include "berth/docker/docker.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::docker {
namespace {

using process::Command;
using process::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;

const Command ps{.argv = {"docker", "ps"}};

Outcome failed(int code, std::string err) {
    return {.code = code, .err = std::move(err)};
}

// The error that check() throws.
Error meaning(const Outcome &outcome, const Command &command = ps) {
    try {
        check(command, outcome);
    } catch (const Error &error) {
        return error;
    }
    ADD_FAILURE() << "no error";
    return Error("none", ExitCode::success);
}

TEST(DockerCheckTest, ASuccessIsNotAnError) {
    EXPECT_NO_THROW(check(ps, {.err = "WARNING: something"}));
}

TEST(DockerCheckTest, AnUnreachableEngine) {
    struct Case {
        int code;
        const char *said, *hint;
    };
    for (
        auto [code, said, hint] : {
            // Both versions.
            Case{1,
                 "Cannot connect to the Docker daemon at unix:///nonexistent. Is the docker daemon "
                 "running?\n",
                 "start the engine"},
            Case{1,
                 "Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon "
                 "running?\n",
                 "DOCKER_HOST"},
            Case{1,
                 "permission denied while trying to connect to the Docker daemon socket at "
                 "unix:///run/docker.sock: Get \"http://%2Frun%2Fdocker.sock/v1.24/info\": dial "
                 "unix /run/docker.sock: connect: permission denied\n",
                 "group docker"},
            Case{1,
                 "error during connect: Get \"http://nohost:2375/v1.50/containers/x/json\": dial "
                 "tcp: lookup nohost on 10.0.0.53:53: no such host\n",
                 "DOCKER_HOST"},
            Case{
                1,
                "error during connect: Get \"http://docker.example.com/v1.24/containers/x/json\": "
                "command [ssh -- nosuchhost.invalid docker system dial-stdio] has exited with exit "
                "status 255, please make sure the URL is valid, and Docker 18.09 or later is "
                "installed on the remote host: stderr=ssh: Could not resolve hostname\n\n",
                "DOCKER_HOST"},
            // `docker run` of 20.10 and of 28.
            Case{
                125,
                "docker: Cannot connect to the Docker daemon at unix:///nonexistent. Is the docker "
                "daemon running?.\nSee 'docker run --help'.\n",
                "start the engine"},
            Case{
                125,
                "docker: Cannot connect to the Docker daemon at unix:///nonexistent. Is the docker "
                "daemon running?\n\nRun 'docker run --help' for more information\n",
                "start the engine"},
            Case{1, "unable to resolve docker endpoint: Invalid bind address format: bogus://x\n",
                 "unix:///PATH"},
            Case{1,
                 "Failed to initialize: unable to resolve docker endpoint: invalid bind address "
                 "format: bogus://x\n",
                 "unix:///PATH"},
            Case{1, "unable to resolve docker endpoint: context \"gone\" does not exist\n",
                 "docker context ls"},
            Case{
                1,
                "Failed to initialize: unable to resolve docker endpoint: context \"gone\": "
                "context not found: open /root/.docker/contexts/meta/d9/meta.json: no such file or "
                "directory\n",
                "docker context ls"},
            Case{
                1,
                "Error response from daemon: client version 1.50 is too new. Maximum supported API "
                "version is 1.41\n",
                "DOCKER_API_VERSION"},
        }) {
        auto error = meaning(failed(code, said));
        EXPECT_EQ(error.code(), ExitCode::engine_unavailable) << said;
        EXPECT_THAT(error.hint(), HasSubstr(hint)) << said;
        EXPECT_THAT(error.what(), Not(HasSubstr("--help"))) << said;
        EXPECT_THAT(error.what(), HasSubstr(std::string(said, 30)));
        EXPECT_FALSE(says_not_found(failed(code, said))) << said;
    }
}

TEST(DockerCheckTest, NoDockerProgram) {
    auto error = meaning({.kind = Outcome::Kind::not_started, .code = 2, .err = "No such file"});
    EXPECT_EQ(error.code(), ExitCode::engine_unavailable);
    EXPECT_STREQ(error.what(), "cannot run 'docker': No such file");
    EXPECT_THAT(error.hint(), HasSubstr("BERTH_DOCKER"));
}

TEST(DockerCheckTest, ACancel) {
    auto error = meaning({.kind = Outcome::Kind::cancelled});
    EXPECT_EQ(error.code(), ExitCode::cancelled);
}

TEST(DockerCheckTest, TooLong) {
    auto command = ps;
    command.timeout = std::chrono::milliseconds(2500);
    auto error = meaning({.kind = Outcome::Kind::timed_out}, command);
    EXPECT_EQ(error.code(), ExitCode::engine_unavailable);
    EXPECT_STREQ(error.what(), "`docker ps`: no answer within 2.5 s");
    EXPECT_THAT(error.hint(), HasSubstr("docker version"));
}

TEST(DockerCheckTest, ARefusalNamesTheCommandWithoutDockersAdvice) {
    for (const auto *said :
         {"docker: Error response from daemon: Minimum memory limit allowed is 6MB.\n"
          "See 'docker run --help'.\n",
          "docker: Error response from daemon: Minimum memory limit allowed is 6MB.\n\n"
          "Run 'docker run --help' for more information\n",
          "WARNING: Error parsing config file (/x/config.json): unexpected EOF\n"
          "docker: Error response from daemon: Minimum memory limit allowed is 6MB.\n\n"
          "Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\n"
          "Run 'docker run --help' for more information\n"}) {
        auto error = meaning(failed(125, said), {.argv = {"docker", "run", "--memory", "1k", "x"}});
        EXPECT_EQ(error.code(), ExitCode::failure);
        EXPECT_STREQ(error.what(),
                     "`docker run --memory 1k x`: exit code 125: docker: Error response from "
                     "daemon: Minimum memory limit allowed is 6MB.");
    }
}

TEST(DockerCheckTest, ASignal) {
    auto error = meaning({.kind = Outcome::Kind::signalled, .code = 9});
    EXPECT_EQ(error.code(), ExitCode::failure);
    EXPECT_THAT(error.what(), HasSubstr("ended by signal 9"));
}

TEST(DockerCheckTest, NoEscapeSequenceOfAnEngineReachesATerminal) {
    for (const auto *said :
         {"\x1b]0;title\x07gone", "Cannot connect to the Docker daemon at unix:///\x1b[31m"})
        EXPECT_THAT(meaning(failed(1, said)).what(), Not(HasSubstr("\x1b"))) << said;
}

TEST(DockerCheckTest, MissingObjects) {
    for (const auto *said : {
             "Error: No such container: x\n",
             "Error response from daemon: No such container: x\n",
             "Error: No such image: x:1\n",
             "Error response from daemon: no such image: x:1: No such image: x:1\n",
             "Error: No such volume: x\n",
             "Error response from daemon: get x: no such volume\n",
             "WARNING: Error loading config file: /root/.docker/config.json: permission denied\n"
             "Error: No such container: x\n",
         })
        EXPECT_TRUE(says_not_found(failed(1, said))) << said;
    for (const auto &other : {
             failed(1, "Error response from daemon: remove x: volume is in use - [c8911524]\n"),
             failed(125, "docker: Error response from daemon: No such container: x\n"),
             failed(1, ""),
             Outcome{},
             Outcome{.kind = Outcome::Kind::cancelled, .err = "Error: No such container: x"},
         })
        EXPECT_FALSE(says_not_found(other)) << other.err;
}

} // namespace
} // namespace berth::docker
