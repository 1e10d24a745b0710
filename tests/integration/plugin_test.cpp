// SPDX-License-Identifier: Apache-2.0
// berth as a command of the real docker CLI; answers of `__complete` compared with docker buildx's.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <algorithm>
#include <set>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::Not;
using ::testing::StartsWith;

class PluginTest : public ::testing::Test {
  protected:
    PluginTest() { fs::create_directory(world.folder("docker")); }

    Variables config() const { return {{"DOCKER_CONFIG", world.folder("docker")}}; }
    fs::path plugin(const std::string &name) const {
        return fs::path(world.folder("docker")) / "cli-plugins" / name;
    }
    Result docker_with_plugins(std::vector<std::string> arguments, const Variables &more = {}) {
        auto variables = config();
        for (const auto &[name, value] : more)
            variables[name] = value;
        arguments.insert(arguments.begin(), docker_program());
        return run(arguments, world.variables(variables));
    }
    Result install(std::vector<std::string> options = {}, const std::string &input = {}) {
        options.insert(options.begin(), "install");
        return world.berth(options, config(), input);
    }
    void write_other_program() {
        world.write("docker/cli-plugins/docker-buildx", "#!/bin/sh\necho another\n", 0755);
    }

    World world;
};

TEST_F(PluginTest, DockerRunsIt) {
    ASSERT_EQ(install({"--buildx"}).code, 0);
    EXPECT_THAT(docker_with_plugins({"berth", "version"}).out, StartsWith("berth "));
    EXPECT_THAT(docker_with_plugins({"buildx", "version"}).out,
                AllOf(StartsWith("github.com/docker/buildx v"), HasSubstr("+berth.")));
    EXPECT_THAT(docker_with_plugins({"--help"}).out,
                HasSubstr("Build container images in BuildKit containers"));
    EXPECT_THAT(docker_with_plugins({"buildx", "ls", "--help"}).out,
                StartsWith("Usage:  docker buildx ls "));
    EXPECT_THAT(docker_with_plugins({"help", "buildx", "ls"}).out,
                StartsWith("Usage:  docker buildx ls "));
    EXPECT_THAT(docker_with_plugins({"--debug", "help", "berth"}).out,
                StartsWith("Usage:  docker berth "));
    auto refused = docker_with_plugins({"buildx", "use", "nosuch"});
    EXPECT_EQ(refused.code, 4) << "the plugin's exit code is docker's";
    EXPECT_THAT(refused.err, HasSubstr("`docker buildx ls`"));
}

TEST_F(PluginTest, ABuildByDocker) {
    ASSERT_EQ(install().code, 0);
    world.write("app/Dockerfile",
                "FROM busybox\nRUN echo built by docker >/said\nCMD [\"cat\", \"/said\"]\n");
    auto image = world.image("plugin");
    auto builder = world.builder("plugin", {}, false);
    auto built = docker_with_plugins(
        {"berth", "build", "--builder", builder, "--load", "-t", image, world.folder("app")});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(docker({"run", "--rm", image}).out, "built by docker\n");
}

// docker buildx gets docker's flags, and so does berth: here each names the engine, with none in
// use.
TEST_F(PluginTest, DockersFlagsNameTheEngine) {
    ASSERT_EQ(install().code, 0);
    auto given = std::getenv("DOCKER_HOST");
    std::string host = given != nullptr ? given : "unix:///var/run/docker.sock";
    Variables nowhere = {{"DOCKER_HOST", "unix:///nowhere.sock"}};
    auto made = docker_with_plugins({"context", "create", "far", "--docker", "host=" + host});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_THAT(docker_with_plugins({"berth", "inspect"}, nowhere).out, HasSubstr("Error:"));
    for (const auto &flags : std::vector<std::vector<std::string>>{{"--context", "far"},
                                                                   {"-c", "far"},
                                                                   {"--host", host},
                                                                   {"-H", host},
                                                                   {"--host=" + host}}) {
        auto arguments = flags;
        arguments.insert(arguments.end(), {"berth", "inspect"});
        auto inspected = docker_with_plugins(arguments, nowhere);
        EXPECT_THAT(inspected.out, HasSubstr("running")) << flags[0] << inspected.err;
    }
    // The printed command works on its own, since it names the engine.
    auto dry = docker_with_plugins({"--context", "far", "berth", "--dry-run", "rm", "x"}, nowhere);
    EXPECT_THAT(dry.out, HasSubstr("export DOCKER_CONTEXT=far\nunset DOCKER_HOST\n"));
    Variables elsewhere = {{"DOCKER_CONFIG", world.folder("none")}};
    auto configured = run({docker_program(), "--config", world.folder("docker"), "berth", "ls"},
                          world.variables(elsewhere));
    EXPECT_THAT(configured.out, HasSubstr("far")) << configured.err;
}

// Docker's call of a plugin for completion (since 23.0).
TEST_F(PluginTest, CompletesForDocker) {
    ASSERT_EQ(install().code, 0);
    auto variables = config();
    variables["DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND"] = "docker";
    auto answer = run({plugin("docker-berth").string(), "__complete", "berth", "build", "--ta"},
                      world.variables(variables));
    EXPECT_EQ(answer.code, 0);
    EXPECT_THAT(answer.out,
                AllOf(HasSubstr("--tag\t"), HasSubstr("--target\t"), HasSubstr("\n:4\n")));
    auto version = docker({"version", "--format", "{{.Client.Version}}"}).out;
    if (std::stoi(version) >= 23) {
        EXPECT_EQ(docker_with_plugins({"__complete", "berth", "build", "--ta"}).out, answer.out);
    }
}

std::set<std::string> values_of(const std::string &answer) {
    std::set<std::string> values;
    for (const auto &line : split(answer, '\n'))
        if (!line.empty() && line.front() != ':')
            values.insert(line.substr(0, line.find('\t')));
    return values;
}

TEST_F(PluginTest, CompletesWhatDockerBuildxCompletes) {
    auto builder = world.builder("completed", {}, false);
    // Commands and options that berth lacks, or names differently.
    const std::set<std::string> lacking = {"dap", "help", "policy", "replay"};
    for (const auto &words :
         std::vector<std::vector<std::string>>{{""},
                                               {"in"},
                                               {"build", "--"},
                                               {"build", "-"},
                                               {"build", "--ta"},
                                               {"build", "--load", "--lo"},
                                               {"build", "-t", "x", "--ta"},
                                               {"build", "-f", ""},
                                               {"build", ""},
                                               {"create", "--"},
                                               {"ls", "--"},
                                               {"du", "--"},
                                               {"prune", "--"},
                                               {"inspect", "--"},
                                               {"imagetools", ""},
                                               {"imagetools", "create", "--"},
                                               {"imagetools", "inspect", "--"},
                                               {"rm", ""},
                                               {"rm", "--"},
                                               {"use", builder.substr(0, 12)},
                                               {"use", "--"},
                                               {"stop", ""},
                                               {"--builder", ""},
                                               {"build", "--builder=" + builder.substr(0, 12)}}) {
        std::vector<std::string> arguments = {"__complete"};
        arguments.insert(arguments.end(), words.begin(), words.end());
        auto ours = world.berth(arguments, config()), theirs = world.peer(arguments, config());
        std::set<std::string> wanted;
        for (const auto &value : values_of(theirs.out))
            if (!lacking.contains(value))
                wanted.insert(value);
        EXPECT_THAT(wanted, IsSubsetOf(values_of(ours.out))) << join(words, " ");
        auto directive = [](const std::string &answer) { return answer.substr(answer.rfind(':')); };
        // docker buildx offers files, too, where only commands can follow.
        if (words != std::vector<std::string>{"imagetools", ""}) {
            EXPECT_EQ(directive(ours.out), directive(theirs.out)) << join(words, " ");
        }
    }
    auto plain = world.berth({"__completeNoDesc", "build", "--ta"}).out;
    EXPECT_EQ(plain, world.peer({"__completeNoDesc", "build", "--ta"}).out);
}

TEST_F(PluginTest, CompletionRunsNoDocker) {
    world.builder("quiet", {}, false);
    auto counting = world.counting();
    counting["DOCKER_CONFIG"] = world.folder("docker");
    for (const auto &words :
         std::vector<std::vector<std::string>>{{"use", ""},
                                               {"create", ""},
                                               {"build", "--target", ""},
                                               {"create", "--driver-opt", ""}}) {
        std::vector<std::string> arguments = {"__complete"};
        arguments.insert(arguments.end(), words.begin(), words.end());
        EXPECT_EQ(world.berth(arguments, counting).code, 0);
    }
    EXPECT_THAT(world.docker_commands(), IsEmpty());
}

TEST_F(PluginTest, AnotherProgramIsReplacedOnlyWithConsent) {
    write_other_program();
    for (const std::string answer : {"", "n\n"}) {
        auto refused = install({"--buildx"}, answer);
        EXPECT_EQ(refused.code, 1);
        EXPECT_THAT(refused.err, HasSubstr("docker-buildx is another program; --force"));
        EXPECT_FALSE(fs::exists(fs::symlink_status(plugin("docker-berth")))) << "all or nothing";
    }
    EXPECT_EQ(run({plugin("docker-buildx").string()}).out, "another\n");

    ASSERT_EQ(install({"--buildx"}, "y\n").code, 0);
    ASSERT_EQ(install({"--buildx", "--force"}).code, 0) << "again";
    EXPECT_THAT(docker_with_plugins({"buildx", "version"}).out,
                AllOf(StartsWith("github.com/docker/buildx v"), HasSubstr("+berth.")));
    EXPECT_THAT(docker_with_plugins({"info"}).out, Not(HasSubstr("kept-by")));
    auto removed = world.berth({"uninstall"}, config());
    EXPECT_EQ(removed.code, 0) << removed.err;
    EXPECT_EQ(run({plugin("docker-buildx").string()}).out, "another\n");
    EXPECT_FALSE(fs::exists(fs::symlink_status(plugin("docker-berth"))));
    EXPECT_THAT(world.berth({"uninstall"}, config()).err, HasSubstr("not installed"));
    EXPECT_EQ(run({plugin("docker-buildx").string()}).out, "another\n");
}

TEST_F(PluginTest, AFailureChangesNothing) {
    write_other_program();
    // An existing backup must not be lost.
    world.write("docker/cli-plugins/kept-by-berth-docker-buildx", "older\n");
    auto failed = install({"--buildx", "--force"});
    EXPECT_EQ(failed.code, 1);
    EXPECT_THAT(failed.err, HasSubstr("kept-by-berth-docker-buildx exists already"));
    EXPECT_EQ(run({plugin("docker-buildx").string()}).out, "another\n");
    EXPECT_FALSE(fs::exists(fs::symlink_status(plugin("docker-berth"))));
    EXPECT_EQ(read_file(plugin("kept-by-berth-docker-buildx")), "older\n");

    auto dry = world.berth({"install", "--dry-run"}, config());
    EXPECT_THAT(dry.out, HasSubstr("ln -sf " BERTH_PROGRAM " "));
    EXPECT_FALSE(fs::exists(fs::symlink_status(plugin("docker-berth"))));
}

} // namespace
} // namespace berth::test
