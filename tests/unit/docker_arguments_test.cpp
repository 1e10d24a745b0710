// SPDX-License-Identifier: Apache-2.0
// Argument vectors of docker commands, for each field.
#include "berth/docker/arguments.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace berth::docker {
namespace {

using ::testing::HasSubstr;

TEST(DockerArgumentsTest, EachFieldOfAContainer) {
    struct Case {
        std::function<void(ContainerSpec &)> set;
        std::string words;
    };
    const std::vector<Case> cases = {
        {[](auto &) {}, ""},
        {[](auto &s) { s.state_volume = "v"; },
         "--mount type=volume,source=v,target=/var/lib/buildkit "},
        {[](auto &s) { s.network = "n"; }, "--network n "},
        {[](auto &s) { s.cgroup_parent = "/g"; }, "--cgroup-parent /g "},
        {[](auto &s) { s.userns = "host"; }, "--userns host "},
        {[](auto &s) { s.memory = 512; }, "--memory 512 "},
        {[](auto &s) { s.memory_swap = -1; }, "--memory-swap -1 "},
        {[](auto &s) { s.cpu_quota = 5; }, "--cpu-quota 5 "},
        {[](auto &s) { s.cpu_period = 6; }, "--cpu-period 6 "},
        {[](auto &s) { s.cpu_shares = 7; }, "--cpu-shares 7 "},
        {[](auto &s) { s.cpuset_cpus = "0-1"; }, "--cpuset-cpus 0-1 "},
        {[](auto &s) { s.cpuset_mems = "0"; }, "--cpuset-mems 0 "},
        {[](auto &s) { s.all_gpus = true; }, "--gpus all "},
        {[](auto &s) {
             s.environment = {"A=1", "B="};
         },
         "--env A=1 --env B= "},
        {[](auto &s) {
             s.read_only_binds = {{"/usr/lib/wsl", "/usr/lib/wsl"}};
         },
         "--mount type=bind,source=/usr/lib/wsl,target=/usr/lib/wsl,readonly "},
        {[](auto &s) {
             s.extra_arguments = {"--hostname", "h"};
         },
         "--hostname h "},
    };
    for (const auto &[set, words] : cases) {
        ContainerSpec spec{.name = "c", .image = "i"};
        set(spec);
        auto common = "--name c --privileged --init --restart unless-stopped " + words + "i";
        EXPECT_EQ(join(run_arguments(spec), " "), "run --detach " + common);
        EXPECT_EQ(join(create_arguments(spec), " "), "create " + common);
    }
}

TEST(DockerArgumentsTest, ArgumentsAfterTheImageAreBuildkitds) {
    ContainerSpec spec{.name = "c", .image = "i", .arguments = {"--config", "/x"}};
    spec.restart_policy = "no";
    EXPECT_EQ(join(create_arguments(spec), " "),
              "create --name c --privileged --init --restart no i --config /x");
}

TEST(DockerArgumentsTest, RunsAProgramInATemporaryContainer) {
    ProgramRun run{.image = "image", .program = "nc", .arguments = {"host", "1"}};
    run.network = "host";
    run.mounts = {{"/a", "/b"}, {"/c", "/d", true}};
    run.interactive = true;
    EXPECT_EQ(join(program_run_arguments(run), " "),
              "run --rm --init -i --network host --mount type=bind,source=/a,target=/b "
              "--mount type=bind,source=/c,target=/d,readonly --entrypoint nc image host 1");
}

class DockerTest : public ::testing::Test {
  protected:
    process::RecordingRunner runner;

    static process::Outcome fails(const std::string &said) { return {.code = 1, .err = said}; }
};

TEST_F(DockerTest, NamesOnlyAnotherEngine) {
    auto line = [this](const std::string &endpoint, const std::string &current) {
        return process::to_shell(Docker(runner, "docker", endpoint, current).command({"info"}));
    };
    EXPECT_EQ(line("default", "default"), "docker info");
    EXPECT_EQ(line("unix:///a.sock", "unix:///a.sock"), "docker info");
    EXPECT_EQ(line("unix:///a.sock", "default"), "docker --host unix:///a.sock info");
    EXPECT_EQ(line("other", "default"), "docker --context other info");
    EXPECT_EQ(line("", "default"), "docker info");
}

TEST_F(DockerTest, OmitsMissingContainers) {
    auto found_line = R"({"Id":"abc","Name":"/b","State":{"Status":"running"},"Reference":"i",)"
                      R"("Image":"sha256:1","Mounts":[]})";
    runner.answers = {
        {.code = 1, .out = std::string(found_line) + "\n", .err = "Error: No such container: a\n"},
        {.code = 1, .out = "[]\n", .err = "Error response from daemon: No such container: a"}};
    Docker docker(runner, "docker", "default", "default");
    auto some = docker.inspect_containers({"a", "b"});
    EXPECT_EQ(some.size(), 1u);
    EXPECT_EQ(some.at("b").status, "running");
    EXPECT_TRUE(docker.inspect_containers({"a"}).empty());
    EXPECT_EQ(runner.records.size(), 2u);
    EXPECT_TRUE(docker.inspect_containers({}).empty());
    EXPECT_EQ(runner.records.size(), 2u) << "nothing to ask, no command";
}

TEST_F(DockerTest, ALostEngineIsNotAnEmptyAnswer) {
    runner.fallback = {.code = 1,
                       .out = "[]\n",
                       .err =
                           "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon "
                           "running?\n"};
    Docker docker(runner, "docker", "default", "default");
    EXPECT_THROW(docker.inspect_containers({"a"}), Error);
    EXPECT_THROW(docker.inspect_images({"a"}), Error);
    EXPECT_THROW(docker.remove_container("a"), Error);
    runner.fallback.err.insert(0, "Error: No such container: a\n");
    EXPECT_THROW(docker.inspect_containers({"a", "b"}), Error) << "it went in the middle";
}

// docker 20.10 exits 0 and prints this without an engine.
TEST_F(DockerTest, InformationWithoutAnEngineIsAnError) {
    runner.answers = {
        {.out = R"({"ServerErrors":["Cannot connect to the Docker daemon at unix:///x. Is the )"
                R"(docker daemon running?"],"ClientInfo":{"Debug":false}})"}};
    try {
        Docker(runner, "docker", "", "").info();
        FAIL();
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ExitCode::engine_unavailable);
        EXPECT_THAT(error.what(), HasSubstr("Cannot connect to the Docker daemon at unix:///x"));
        EXPECT_THAT(error.hint(), HasSubstr("start the engine"));
    }
}

TEST_F(DockerTest, AnExistingNameIsNotAnError) {
    runner.fallback =
        fails("docker: Error response from daemon: Conflict. The container name \"/c\" is "
              "already in use by container \"123\". You have to remove");
    Docker docker(runner, "docker", "default", "default");
    EXPECT_FALSE(docker.run_container({.name = "c", .image = "i"}));
    EXPECT_FALSE(docker.create_container({.name = "c", .image = "i"}));
}

TEST_F(DockerTest, RemovingAMissingObjectIsNotAnError) {
    // The first of 28 (and of 20.10, in other words): --force is content, and says why.
    runner.answers = {{.err = "Error response from daemon: No such container: c\n"},
                      fails("Error: No such container: c"),
                      fails("Error: No such volume: v"),
                      fails("Error response from daemon: get v: no such volume")};
    Docker docker(runner, "docker", "default", "default");
    EXPECT_FALSE(docker.remove_container("c"));
    EXPECT_FALSE(docker.remove_container("c"));
    EXPECT_FALSE(docker.remove_volume("v"));
    EXPECT_FALSE(docker.remove_volume("v"));
}

TEST_F(DockerTest, CleaningUpIsNotCancelled) {
    Docker docker(runner, "docker", "default", "default");
    docker.remove_container("c");
    docker.remove_volume("v");
    for (const auto &record : runner.records)
        EXPECT_TRUE(record.command.despite_cancel) << process::to_shell(record.command);
}

TEST_F(DockerTest, CopiesFilesAsAnArchiveOnStandardInput) {
    Docker docker(runner, "docker", "default", "default");
    docker.copy_files("c", {{"/etc/buildkit/buildkitd.toml", "debug = true\n"}});
    ASSERT_EQ(runner.records.size(), 1u);
    EXPECT_EQ(process::to_shell(runner.records[0].command), "docker cp - c:/");
    const auto &archive = runner.records[0].input;
    EXPECT_THAT(archive, HasSubstr("etc/buildkit/buildkitd.toml"));
    EXPECT_THAT(archive, HasSubstr("debug = true\n"));
    EXPECT_EQ(archive.size() % 512, 0u);
}

TEST_F(DockerTest, EveryCallIsOneCommand) {
    Docker docker(runner, "docker", "default", "default");
    docker.pull("x:1");
    docker.tag_image("sha256:1", "x:2");
    docker.start_container("c");
    docker.unpause_container("c");
    docker.stop_container("c");
    docker.remove_container("c");
    docker.remove_volume("v");
    docker.container_logs("c", 20);
    EXPECT_EQ(runner.transcript(), "docker pull --quiet x:1\n"
                                   "docker image tag sha256:1 x:2\n"
                                   "docker container start c\n"
                                   "docker container unpause c\n"
                                   "docker container stop c\n"
                                   "docker container rm --force --volumes c\n"
                                   "docker volume rm v\n"
                                   "docker container logs --tail 20 c\n");
    auto shell = [](const process::Command &command) { return process::to_shell(command); };
    EXPECT_EQ(shell(docker.load_command()), "docker load --quiet");
    EXPECT_EQ(shell(docker.exec_command("c", {"ls", "a b"}, false)), "docker exec c ls 'a b'");
    EXPECT_EQ(shell(docker.exec_command("c", {"sh"}, true)), "docker exec --interactive c sh");
}

// buildkitd of a rootless image is not root, but must be able to read its configuration.
TEST_F(DockerTest, FilesBelongToRootAndAreReadableByAll) {
    Docker(runner, "docker", "", "").copy_files("c", {{"/etc/b/x.toml", "X"}, {"/etc/y", "Y"}});
    const auto &archive = runner.records.at(0).input;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < archive.size() && archive[at] != 0;) {
        auto text = [&](std::size_t offset) { return std::string(archive.c_str() + at + offset); };
        auto size = std::stoul(text(124), nullptr, 8);
        seen.push_back(text(0) + " " + text(100) + " " + text(108) + " " +
                       archive.substr(at + 512, size));
        at += 512 + (size + 511) / 512 * 512;
    }
    EXPECT_THAT(seen, ::testing::ElementsAre("etc/ 0000755 0000000 ", "etc/b/ 0000755 0000000 ",
                                             "etc/b/x.toml 0000644 0000000 X",
                                             "etc/y 0000644 0000000 Y"));
}

TEST_F(DockerTest, AnExistingVolumeIsNotCreated) {
    Docker docker(runner, "docker", "", "");
    runner.answers = {{.out = "v\n"}, fails("Error: No such volume: v\n"), {.out = "v\n"}};
    EXPECT_FALSE(docker.create_volume("v"));
    EXPECT_TRUE(docker.create_volume("v"));
    EXPECT_EQ(runner.transcript(), "docker volume inspect --format '{{.Name}}' v\n"
                                   "docker volume inspect --format '{{.Name}}' v\n"
                                   "docker volume create v\n");
}

// Else what is rolled back would be a volume that was there before.
TEST_F(DockerTest, AVolumeThatCannotBeLookedUpIsNotCreated) {
    Docker docker(runner, "docker", "", "");
    runner.answers = {fails("Error response from daemon: context deadline exceeded\n"),
                      {.kind = process::Outcome::Kind::cancelled}};
    EXPECT_THROW(docker.create_volume("v"), Error);
    EXPECT_THROW(docker.create_volume("v"), Error);
    EXPECT_EQ(runner.transcript(), "docker volume inspect --format '{{.Name}}' v\n"
                                   "docker volume inspect --format '{{.Name}}' v\n");
}

} // namespace
} // namespace berth::docker
