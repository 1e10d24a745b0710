// SPDX-License-Identifier: Apache-2.0
// The docker commands in the life of a builder; the engine's answers are fakes.
#include "berth/builder/node.hpp"
#include "berth/process/dry_run.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace berth::builder {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Docker's answer for a container that may not exist.
class FakeEngine {
  public:
    process::Outcome answer(const process::Command &command) {
        auto words = join({command.argv.begin() + 1, command.argv.end()}, " ");
        said.push_back(words.substr(0, words.find(" --format")));
        if (auto failure = failures.find(said.back()); failure != failures.end())
            return {.code = 1, .err = failure->second};
        if (words.starts_with("container inspect"))
            return inspect();
        if (words.starts_with("info"))
            return {.out = R"({"CgroupDriver":"cgroupfs","OSType":"linux","Runtimes":)" + runtimes +
                           "}"};
        if (words.starts_with("image inspect"))
            return local_image ? process::Outcome{.out = R"({"Id":"sha256:1"})"}
                               : process::Outcome{.code = 1, .err = "Error: No such image: x"};
        if (words.starts_with("volume inspect"))
            return has_volume ? process::Outcome{} : no_volume;
        if (words.starts_with("run") || words.starts_with("container start")) {
            status = dies ? "exited" : "running";
            return {};
        }
        if (words.starts_with("create"))
            status = "created";
        if (words.starts_with("container unpause"))
            status = "running";
        if (words.starts_with("container logs"))
            return {.err = "the reason\n"};
        if (words.starts_with("exec"))
            return status == "running" && --not_ready < 0
                       ? process::Outcome{.out = R"([{"platforms":[]}])"}
                       : process::Outcome{.code = 1, .err = "not yet"};
        return {};
    }

    std::string status; // empty: no container
    process::Outcome no_volume{.code = 1, .err = "Error: No such volume: x"};
    bool has_volume = false, local_image = false, dies = false;
    std::string runtimes = R"({"runc":{}})";
    int not_ready = 0;
    std::map<std::string, std::string> failures; // by the arguments of the command
    std::vector<std::string> said;

  private:
    process::Outcome inspect() const {
        if (status.empty())
            return {
                .code = 1, .out = "[]\n", .err = "Error: No such container: buildx_buildkit_b0\n"};
        return {.out =
                    R"({"Id":"abc123","Name":"/buildx_buildkit_b0","State":{"Status":")" + status +
                    R"(","ExitCode":3,"StartedAt":"t"},"Reference":"i","Image":"s","Mounts":[]})"};
    }
};

class BootTest : public ::testing::Test {
  protected:
    BootTest() {
        runner.answer = [this](const process::Command &command, const std::string &) {
            return engine.answer(command);
        };
        node.name = "b0";
    }

    void boot(process::Runner *through = nullptr) {
        docker::Docker docker(through == nullptr ? runner : *through, "docker", "default",
                              "default");
        auto display =
            progress::make_display(progress::Mode::plain, log, {.now = [] { return Time(); }});
        try {
            builder::boot(docker, node, *display,
                          {.cancellation = cancellation,
                           .workers = workers,
                           .now = [] { return Time(); },
                           .boot_timeout = std::chrono::milliseconds(300),
                           .workflow = workflow,
                           .default_policy = default_policy});
        } catch (...) {
            display->finish();
            throw;
        }
        display->finish();
    }
    std::string boot_error(ExitCode code = ExitCode::builder_unavailable) {
        try {
            boot();
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), code) << error.what();
            EXPECT_TRUE(code == ExitCode::cancelled || !error.hint().empty()) << error.what();
            return error.what();
        }
        ADD_FAILURE() << "the boot must fail";
        return "";
    }

    FakeEngine engine;
    process::RecordingRunner runner;
    process::Cancellation cancellation;
    test::TemporaryDirectory cache;
    WorkerCache workers{cache.path()};
    store::NodeRecord node;
    std::function<std::string()> workflow;
    bool default_policy = false;
    std::ostringstream log;
};

const std::string inspect = "container inspect";
const std::string name = "buildx_buildkit_b0";
const std::string run = "run --detach --name " + name +
                        " --privileged --init --restart unless-stopped --mount "
                        "type=volume,source=buildx_buildkit_b0_state,target=/var/lib/buildkit "
                        "--cgroup-parent /docker/buildx moby/buildkit:buildx-stable-1";
const std::string ask = "exec " + name + " buildctl debug workers";

TEST_F(BootTest, FromNothing) {
    boot();
    EXPECT_THAT(engine.said,
                ElementsAre(inspect, "info", "pull --quiet moby/buildkit:buildx-stable-1",
                            "volume inspect", "volume create buildx_buildkit_b0_state", run, ask,
                            inspect));
    EXPECT_THAT(log.str(), HasSubstr("#1 [internal] booting buildkit\n"));
    EXPECT_THAT(log.str(), HasSubstr("#1 pulling image moby/buildkit:buildx-stable-1"));
    EXPECT_THAT(log.str(), HasSubstr("#1 creating container " + name));
}

TEST_F(BootTest, FilesGoInBeforeTheFirstStart) {
    node.files.emplace();
    (*node.files)["buildkitd.toml"] = "debug = true\n";
    boot();
    EXPECT_THAT(engine.said,
                ElementsAre(inspect, "info", HasSubstr("pull"), "volume inspect",
                            HasSubstr("volume create"), HasSubstr("create --name " + name),
                            "cp - " + name + ":/", "container start " + name, ask, inspect));
    EXPECT_THAT(engine.said[5], HasSubstr("--config /etc/buildkit/buildkitd.toml"));
}

TEST_F(BootTest, AKnownRunningBuilderTakesOneCommand) {
    engine.status = "running";
    docker::Container known;
    known.id = "abc123";
    known.started_at = "t";
    workers.save(known, R"([{"platforms":[]}])");
    boot();
    EXPECT_THAT(engine.said, ElementsAre(inspect));
    EXPECT_EQ(log.str(), "");
}

TEST_F(BootTest, AnUnknownRunningBuilderIsQueried) {
    engine.status = "running";
    boot();
    EXPECT_THAT(engine.said, ElementsAre(inspect, ask, inspect));
    EXPECT_EQ(log.str(), "");
    engine.said.clear();
    boot();
    EXPECT_THAT(engine.said, ElementsAre(inspect)) << "and remembered";
}

TEST_F(BootTest, AStoppedBuilderIsStarted) {
    engine.status = "exited";
    boot();
    EXPECT_THAT(engine.said, ElementsAre(inspect, "container start " + name, ask, inspect));
    EXPECT_THAT(log.str(), HasSubstr("#1 starting container " + name));
}

// As after an engine was killed between creating and starting it.
TEST_F(BootTest, AContainerThatDoesNotStartIsCreatedAnew) {
    engine.status = "created";
    engine.has_volume = true;
    engine.failures["container start " + name] = "container with given ID already exists";
    boot();
    EXPECT_THAT(engine.said, Contains("container rm --force --volumes " + name));
    EXPECT_EQ(engine.said.back(), inspect);
    EXPECT_EQ(engine.status, "running");
    EXPECT_THAT(log.str(), HasSubstr("removing container " + name + ", which does not start"));
    EXPECT_THAT(engine.said, Not(Contains(StartsWith("volume rm"))));
}

// As after the process that created it was killed before it copied them.
TEST_F(BootTest, ACreatedContainerGetsItsFilesBeforeItStarts) {
    engine.status = "created";
    node.files.emplace()["buildkitd.toml"] = "debug = true\n";
    boot();
    EXPECT_EQ(engine.status, "running");
    auto copied = std::find(engine.said.begin(), engine.said.end(), "cp - " + name + ":/");
    auto started = std::find(engine.said.begin(), engine.said.end(), "container start " + name);
    EXPECT_LT(copied, started);
    EXPECT_NE(started, engine.said.end());
}

// Starting it between that process's two commands would make BuildKit miss its configuration.
TEST_F(BootTest, AContainerThatAnotherProcessCreatesIsLeftToIt) {
    engine.status = "created";
    node.files.emplace()["buildkitd.toml"] = "debug = true\n";
    runner.answer = [this, inspects = 0](const process::Command &command,
                                         const std::string &) mutable {
        if (command.argv[2] == "inspect" && ++inspects == 3)
            engine.status = "running"; // by the other one
        return engine.answer(command);
    };
    boot();
    EXPECT_THAT(engine.said, ElementsAre(inspect, inspect, inspect, ask, inspect));
}

TEST_F(BootTest, APausedBuilderContinues) {
    engine.status = "paused";
    boot();
    EXPECT_THAT(engine.said, ElementsAre(inspect, "container unpause " + name, ask, inspect));
}

TEST_F(BootTest, IsPolledUntilItAnswers) {
    engine.not_ready = 3;
    boot();
    EXPECT_EQ(std::count(engine.said.begin(), engine.said.end(), ask), 4);
}

TEST_F(BootTest, AFailedPullFallsBackToALocalImage) {
    engine.failures["pull --quiet moby/buildkit:buildx-stable-1"] =
        "Error response from daemon: no way";
    engine.local_image = true;
    boot();
    EXPECT_THAT(log.str(),
                HasSubstr("pulling failed, using local image moby/buildkit:buildx-stable-1"));
}

TEST_F(BootTest, AFailedPullWithoutALocalImageIsThePullsError) {
    engine.failures["pull --quiet moby/buildkit:buildx-stable-1"] =
        "Error response from daemon: no way";
    EXPECT_THAT(boot_error(), HasSubstr("Error response from daemon: no way"));
    for (const auto &words : engine.said) {
        EXPECT_THAT(words, Not(HasSubstr("volume"))) << "nothing was made";
        EXPECT_THAT(words, Not(HasSubstr("rm")));
    }
}

TEST_F(BootTest, AnExistingContainerMeansAConcurrentStart) {
    engine.failures[run] =
        "Conflict. The container name \"/b\" is already in use by container \"1\"";
    engine.has_volume = true;
    // The container of the other process starts meanwhile.
    engine.status.clear();
    runner.answer = [this](const process::Command &command, const std::string &) {
        auto outcome = engine.answer(command);
        if (engine.said.back() == run)
            engine.status = "running";
        return outcome;
    };
    boot();
    EXPECT_EQ(engine.said.back(), inspect);
    for (const auto &words : engine.said)
        EXPECT_THAT(words, Not(HasSubstr("rm "))) << "it is not ours to remove";
}

TEST_F(BootTest, ADyingBuilderIsReportedAndRemoved) {
    engine.dies = true;
    auto error = boot_error();
    EXPECT_THAT(error, HasSubstr("ended (exit code 3)"));
    EXPECT_THAT(error, HasSubstr("the reason"));
    ASSERT_GE(engine.said.size(), 2u);
    EXPECT_EQ(engine.said[engine.said.size() - 2], "container rm --force --volumes " + name);
    EXPECT_EQ(engine.said.back(), "volume rm buildx_buildkit_b0_state");
}

// `docker run` of an option that the engine refuses may leave the container, created.
TEST_F(BootTest, ARefusedOptionIsReportedAndLeavesNothing) {
    node.driver_options.emplace()["cpu-shares"] = "1";
    runner.answer = [this](const process::Command &command, const std::string &) {
        auto outcome = engine.answer(command);
        if (command.argv[1] != "run")
            return outcome;
        engine.status = "created";
        return process::Outcome{.code = 125,
                                .err = "docker: Error response from daemon: the minimum allowed "
                                       "cpu-shares is 2.\nSee 'docker run --help'.\n"};
    };
    EXPECT_THAT(boot_error(), EndsWith("the minimum allowed cpu-shares is 2."));
    EXPECT_EQ(engine.said[engine.said.size() - 2], "container rm --force --volumes " + name);
    EXPECT_EQ(engine.said.back(), "volume rm buildx_buildkit_b0_state");
}

TEST_F(BootTest, ALostEngineIsNotReportedAsABuilderError) {
    engine.failures["info"] = "Cannot connect to the Docker daemon at unix:///x.";
    boot_error(ExitCode::engine_unavailable);
}

TEST_F(BootTest, RequestsGpusIfContainersCanUseThem) {
    const std::string probe = "run --rm --pull never --network none --gpus all --entrypoint "
                              "/bin/true moby/buildkit:buildx-stable-1";
    engine.runtimes = R"({"runc":{},"nvidia":{}})";
    engine.failures[probe] = "could not select device driver";
    boot();
    EXPECT_THAT(engine.said, Contains(probe));
    EXPECT_THAT(engine.said, Contains(run));
    engine = FakeEngine();
    engine.runtimes = R"({"runc":{},"nvidia":{}})";
    boot();
    EXPECT_THAT(engine.said, Contains(AllOf(HasSubstr("--detach"), HasSubstr(" --gpus all "))));
}

TEST_F(BootTest, ExistingStateIsKept) {
    engine.dies = true;
    engine.has_volume = true;
    boot_error();
    EXPECT_EQ(engine.said.back(), "container rm --force --volumes " + name);
}

TEST_F(BootTest, ASilentBuilderTimesOut) {
    engine.not_ready = 1000;
    EXPECT_THAT(boot_error(), HasSubstr("does not answer within"));
    EXPECT_EQ(engine.said.back(), "volume rm buildx_buildkit_b0_state");
}

TEST_F(BootTest, ACancelLeavesNothing) {
    engine.not_ready = 1000;
    runner.answer = [this](const process::Command &command, const std::string &) {
        auto outcome = engine.answer(command);
        if (engine.said.back() == ask)
            cancellation.cancel(2);
        return outcome;
    };
    EXPECT_EQ(boot_error(ExitCode::cancelled), "cancelled");
    EXPECT_EQ(engine.said.back(), "volume rm buildx_buildkit_b0_state");
}

// The volume may have been there before, with the cache.
TEST_F(BootTest, AVolumeThatCannotBeLookedUpStays) {
    engine.no_volume = {.code = 1, .err = "Error response from daemon: context deadline exceeded"};
    EXPECT_THAT(boot_error(ExitCode::builder_unavailable), HasSubstr("context deadline exceeded"));
    EXPECT_EQ(engine.said.back(), "volume inspect");
}

TEST_F(BootTest, ADryRunCreatesNothing) {
    std::ostringstream lines;
    process::DryRunner dry(runner, lines);
    boot(&dry);
    EXPECT_THAT(engine.said, ElementsAre(inspect, "info", "volume inspect"));
    EXPECT_THAT(lines.str(), HasSubstr("\ndocker " + run + "\n"));
    EXPECT_THAT(lines.str(), HasSubstr("\nuntil docker exec " + name));
}

TEST_F(BootTest, ADryRunDoesNotPrintKeys) {
    node.files = {{"buildkitd.toml", "debug = true\n"}, {"certs/h/key.pem", "SECRET KEY"}};
    std::ostringstream lines;
    process::DryRunner dry(runner, lines);
    boot(&dry);
    EXPECT_THAT(lines.str(), Not(HasSubstr(base64_encode("SECRET KEY").substr(2, 8))));
    EXPECT_THAT(lines.str(), HasSubstr("# certificates and keys are copied too"));
}

// What is copied into the container, as an archive.
std::string copied(const process::RecordingRunner &runner) {
    std::string all;
    for (const auto &call : runner.records)
        all += call.input;
    return all;
}

TEST_F(BootTest, TheWorkflowIsAFileOfTheBuilder) {
    workflow = [] { return std::string(R"({"github_event_name":"push"})"); };
    boot();
    EXPECT_THAT(copied(runner), AllOf(HasSubstr("provenance.d/github_actions_context.json"),
                                      HasSubstr(R"({"github_event_name":"push"})")));
}

TEST_F(BootTest, ADriverOptionLeavesTheWorkflowOut) {
    workflow = []() -> std::string { throw Error("must not be asked"); };
    node.driver_options = OptionMap{{"provenance-add-gha", "false"}};
    boot();
    EXPECT_THAT(engine.said, Contains(run));
}

TEST_F(BootTest, OnlyATrustedImageStartsUnderTheDefaultPolicy) {
    default_policy = true;
    EXPECT_THAT(boot_error(), HasSubstr("cannot verify the signature of moby/buildkit"));
    node.driver_options = OptionMap{{"image", "docker.io/moby/buildkit@sha256:1"}};
    EXPECT_THAT(boot_error(), HasSubstr("BUILDX_DEFAULT_POLICY"));
    node.driver_options = OptionMap{{"image", "example.com/moby/buildkit:1"}};
    EXPECT_NO_THROW(boot());
    engine.status.clear();
    node.driver_options = OptionMap{{"allow-untrusted-image", "true"}};
    EXPECT_NO_THROW(boot());
}

TEST_F(BootTest, StopsOnlyARunningContainer) {
    docker::Docker docker(runner, "docker", "default", "default");
    stop(docker, node);
    engine.status = "exited";
    stop(docker, node);
    EXPECT_THAT(engine.said, ElementsAre(inspect, inspect));
    engine.status = "running";
    stop(docker, node);
    EXPECT_EQ(engine.said.back(), "container stop " + name);
}

TEST_F(BootTest, RemovingFindsContainerAndVolume) {
    docker::Docker docker(runner, "docker", "default", "default");
    builder::remove(docker, node, true, false);
    EXPECT_THAT(engine.said, ElementsAre("container rm --force --volumes " + name));
    engine.said.clear();
    builder::remove(docker, node, false, true);
    EXPECT_TRUE(engine.said.empty());
    builder::remove(docker, node, false, false);
    EXPECT_EQ(engine.said.back(), "volume rm buildx_buildkit_b0_state");
}

} // namespace
} // namespace berth::builder
