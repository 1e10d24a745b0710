// SPDX-License-Identifier: Apache-2.0
// berth as a program and as a docker plugin, and the conversion of docker's flags.
#include "berth/cli/invocation.hpp"
#include "berth/cli/version_text.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace berth::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::Pair;

Invocation called(const std::vector<std::string> &argv, const std::string &docker = "docker") {
    return read_invocation(argv, Environment({{"DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND", docker}}));
}

TEST(InvocationTest, Alone) {
    for (const char *program : {"berth", "/usr/bin/berth", "docker-buildx", "/x/docker-berth"}) {
        auto invocation = read_invocation({program, "--builder", "x", "ls"}, Environment());
        EXPECT_FALSE(invocation.plugin);
        EXPECT_THAT(invocation.arguments, ElementsAre("--builder", "x", "ls"));
        EXPECT_THAT(invocation.variables, IsEmpty());
    }
    EXPECT_EQ(read_invocation({"/x/docker-buildx"}, Environment()).name, "docker-buildx");
}

TEST(InvocationTest, EmptyVariablesCountAsUnset) {
    auto variables = read_invocation({"berth", "ls"},
                                     Environment({{"DOCKER_HOST", ""}, {"DOCKER_CONTEXT", "x"}}))
                         .variables;
    EXPECT_THAT(variables, ElementsAre(Pair("DOCKER_HOST", std::nullopt)));
}

TEST(InvocationTest, AsAPlugin) {
    auto invocation = called({"/x/docker-buildx", "buildx", "build", "--load", "."});
    EXPECT_TRUE(invocation.plugin);
    EXPECT_EQ(invocation.name, "docker buildx");
    EXPECT_THAT(invocation.arguments, ElementsAre("build", "--load", "."));
    EXPECT_THAT(invocation.variables,
                ElementsAre(Pair("DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND", std::nullopt)));
}

TEST(InvocationTest, CompletionAsAPlugin) {
    EXPECT_THAT(called({"docker-berth", "__complete", "berth", "build", "--"}).arguments,
                ElementsAre("__complete", "build", "--"));
    EXPECT_THAT(called({"docker-berth", "__complete", "build", "--"}).arguments,
                ElementsAre("__complete", "build", "--"));
}

TEST(InvocationTest, HelpAsAPlugin) {
    auto invocation = called({"docker-buildx", "--debug", "help", "buildx", "build"});
    EXPECT_TRUE(invocation.plugin);
    EXPECT_EQ(invocation.name, "docker buildx");
    EXPECT_THAT(invocation.arguments, ElementsAre("--debug", "help", "build"));
    EXPECT_THAT(called({"docker-berth", "help", "berth"}).arguments, ElementsAre("help"));
    EXPECT_FALSE(called({"docker-berth", "help", "build"}).plugin);
}

TEST(InvocationTest, ReadsDockersFlagsLikeDocker) {
    auto grouped = called({"docker-berth", "-DH", "tcp://h", "berth", "ls"});
    EXPECT_THAT(grouped.arguments, ElementsAre("--debug", "ls"));
    EXPECT_THAT(grouped.variables.at("DOCKER_HOST"), Optional(std::string("tcp://h")));
    EXPECT_THAT(called({"docker-berth", "-Dl", "debug", "berth", "ls"}).arguments,
                ElementsAre("--debug", "ls"));
    EXPECT_THAT(called({"docker-berth", "--debug=false", "berth", "ls"}).arguments,
                ElementsAre("ls"));
    EXPECT_FALSE(called({"docker-berth", "--context", "default", "berth", "ls"})
                     .variables.contains("DOCKER_HOST"));
    for (const auto &flags : std::vector<std::vector<std::string>>{
             {"-H", "tcp://a", "-H", "tcp://b"}, {"-H", "tcp://a", "-c", "x"}, {"--tls=y"}}) {
        std::vector<std::string> argv = {"docker-berth"};
        argv.insert(argv.end(), flags.begin(), flags.end());
        argv.insert(argv.end(), {"berth", "ls"});
        EXPECT_THROW(called(argv), Error) << flags.front();
    }
}

TEST(InvocationTest, DockersFlagsBecomeVariables) {
    auto variables = called({"docker-berth", "--config", "/c", "--context=far", "-l", "debug",
                             "berth", "ls", "--context", "mine"});
    EXPECT_THAT(variables.arguments, ElementsAre("ls", "--context", "mine"));
    EXPECT_THAT(variables.variables.at("DOCKER_CONFIG"), Optional(std::string("/c")));
    EXPECT_THAT(variables.variables.at("DOCKER_CONTEXT"), Optional(std::string("far")));
    EXPECT_EQ(variables.variables.at("DOCKER_HOST"), std::nullopt);
    for (const auto &host : std::vector<std::vector<std::string>>{
             {"-H", "tcp://h"}, {"-Htcp://h"}, {"-H=tcp://h"}, {"--host=tcp://h"}}) {
        std::vector<std::string> argv = {"docker-berth", "-D"};
        argv.insert(argv.end(), host.begin(), host.end());
        argv.insert(argv.end(), {"--tlsverify", "--tlscacert", "/t/ca.pem", "--tlscert",
                                 "/t/cert.pem", "--tlskey=/t/key.pem", "berth", "ls"});
        auto given = called(argv);
        EXPECT_THAT(given.arguments, ElementsAre("--debug", "ls"));
        EXPECT_THAT(given.variables.at("DOCKER_HOST"), Optional(std::string("tcp://h")));
        EXPECT_THAT(given.variables.at("DOCKER_TLS_VERIFY"), Optional(std::string("1")));
        EXPECT_THAT(given.variables.at("DOCKER_CERT_PATH"), Optional(std::string("/t")));
    }
    EXPECT_THROW(called({"docker-berth", "--tlscacert", "/t/my-ca.pem", "berth", "ls"}), Error);
    EXPECT_THROW(called({"docker-berth", "--tlscacert=/t/ca.pem", "--tlskey=/u/key.pem", "berth"}),
                 Error);
}

TEST(InvocationTest, TheDockerThatCalled) {
    EXPECT_THAT(called({"docker-berth", "berth", "ls"}, "/opt/docker").variables.at("BERTH_DOCKER"),
                Optional(std::string("/opt/docker")));
}

// A program that docker runs has docker's variable too.
TEST(InvocationTest, NotEveryChildOfDockerIsAPlugin) {
    EXPECT_FALSE(called({"berth", "ls"}).plugin);
    EXPECT_FALSE(called({"docker-buildx", "ls"}).plugin);
    EXPECT_THAT(called({"docker-buildx", "--builder", "x", "ls"}).arguments,
                ElementsAre("--builder", "x", "ls"));
    EXPECT_FALSE(called({"docker-buildx", "--context"}).plugin);
}

TEST(InvocationTest, Metadata) {
    auto metadata = nlohmann::json::parse(plugin_metadata("/x/docker-berth"));
    EXPECT_EQ(metadata["SchemaVersion"], "0.1.0");
    EXPECT_FALSE(metadata["Vendor"].get<std::string>().empty());
    EXPECT_EQ(metadata["Version"], "v" BERTH_VERSION);
    auto as_buildx = nlohmann::json::parse(plugin_metadata("/x/docker-buildx"));
    EXPECT_EQ(as_buildx["Version"], compatible_version());
}

TEST(InvocationTest, TheNameDeterminesWhetherItReplacesDockerBuildx) {
    for (const char *program : {"docker-buildx", "/x/docker-buildx", "buildx", "./buildx"})
        EXPECT_TRUE(read_invocation({program, "ls"}, Environment()).as_buildx) << program;
    for (const char *program : {"berth", "/x/docker-berth", "buildx-0.1"})
        EXPECT_FALSE(read_invocation({program, "ls"}, Environment()).as_buildx) << program;
    EXPECT_EQ(read_invocation({"/x/buildx"}, Environment()).name, "buildx");
}

// What Docker's actions look for: `v` and digits, a space before it.
TEST(InvocationTest, CallersFindAVersionInEachLine) {
    EXPECT_THAT(version_line(true),
                ::testing::MatchesRegex("github.com/docker/buildx v[0-9]+[.][0-9]+[.][0-9]+"
                                        "[+]berth[.][0-9]+[.][0-9]+[.][0-9]+ [0-9a-f]+\n"));
    EXPECT_EQ(version_line(true).size() - version_line(true).rfind(' '), 42u) << "a commit in full";
    EXPECT_THAT(version_line(false), ::testing::StartsWith("berth " + compatible_version() + " "));
}

} // namespace
} // namespace berth::cli
