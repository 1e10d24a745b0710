// SPDX-License-Identifier: Apache-2.0
// The life of builders: stop and start, remove with and without state, share with docker buildx,
// start from several processes at once.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <future>

namespace berth::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LifecycleTest : public ::testing::Test {
  protected:
    World world;

    std::string container(const std::string &builder) { return "buildx_buildkit_" + builder + "0"; }
    bool has_volume(const std::string &builder) {
        return docker({"volume", "inspect", container(builder) + "_state"}).code == 0;
    }
    Result build(const std::string &builder, const std::string &folder) {
        return world.berth({"build", "--builder", builder, world.folder(folder)});
    }
    void make_context() { world.write("app/Dockerfile", "FROM busybox\nRUN echo cached >/c\n"); }
};

TEST_F(LifecycleTest, ABuildStartsAStoppedBuilder) {
    make_context();
    auto builder = world.builder("boots", {}, false);
    EXPECT_TRUE(inspect(container(builder)).is_null());
    auto result = build(builder, "app");
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_LT(result.err.find("building with \"" + builder), result.err.find("booting buildkit"));
    EXPECT_THAT(result.err, HasSubstr("[2/2] RUN echo cached"));
}

TEST_F(LifecycleTest, CacheSurvivesAStop) {
    make_context();
    auto builder = world.builder("stops");
    ASSERT_EQ(build(builder, "app").code, 0);
    ASSERT_EQ(world.berth({"stop", builder}).code, 0);
    EXPECT_EQ(inspect(container(builder))["State"]["Status"], "exited");
    EXPECT_THAT(world.berth({"ls"}).out, HasSubstr("stopped"));
    ASSERT_EQ(world.berth({"stop", builder}).code, 0) << "stopping twice is no error";
    auto again = build(builder, "app");
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("CACHED"));
    EXPECT_THAT(again.err, HasSubstr("starting container " + container(builder)));
}

TEST_F(LifecycleTest, RemoveRemovesContainerAndState) {
    auto builder = world.builder("goes");
    EXPECT_TRUE(has_volume(builder));
    auto result = world.berth({"rm", builder});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out + result.err, HasSubstr(builder + " removed\n"));
    EXPECT_TRUE(inspect(container(builder)).is_null());
    EXPECT_FALSE(has_volume(builder));
    EXPECT_THAT(world.berth({"ls"}).out, Not(HasSubstr(builder)));
}

TEST_F(LifecycleTest, FindsInactiveBuildersWithOneCommand) {
    auto first = world.builder("idle", {}, false), second = world.builder("idler", {}, false);
    auto result = world.berth({"rm", "--all-inactive", "--force"}, world.counting());
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr(first + " removed\n"));
    EXPECT_THAT(result.err, HasSubstr(second + " removed\n"));
    std::size_t looks = 0;
    for (const auto &command : world.docker_commands())
        looks += count(command, "container inspect");
    EXPECT_EQ(looks, 1u);
}

TEST_F(LifecycleTest, APausedBuilderOrASlowEngineIsNotInactive) {
    auto builder = world.builder("busy");
    ASSERT_EQ(docker({"pause", container(builder)}).code, 0);
    auto paused = world.berth({"rm", "--all-inactive", "--force"});
    EXPECT_EQ(paused.code, 0) << paused.err;
    ASSERT_EQ(docker({"unpause", container(builder)}).code, 0);
    auto slow =
        world.write("slow-docker",
                    "#!/bin/sh\ncase \"$*\" in *'container inspect'*) sleep 3 ;; esac\nexec " +
                        shell_quote(docker_program()) + " \"$@\"\n",
                    0755);
    auto late = world.berth({"rm", "--all-inactive", "--force", "--timeout", "1s"},
                            {{"BERTH_DOCKER", slow}});
    EXPECT_EQ(late.code, 0) << late.err;
    EXPECT_THAT(late.err, HasSubstr("WARNING: " + builder + " is kept"));
    EXPECT_THAT(world.berth({"ls"}).out, HasSubstr(builder));
    EXPECT_TRUE(has_volume(builder));
}

TEST_F(LifecycleTest, ANewBuilderUsesKeptState) {
    make_context();
    auto builder = world.builder("keeps");
    ASSERT_EQ(build(builder, "app").code, 0);
    ASSERT_EQ(world.berth({"rm", "--keep-state", builder}).code, 0);
    EXPECT_TRUE(inspect(container(builder)).is_null());
    EXPECT_TRUE(has_volume(builder));
    world.builder("keeps");
    auto again = build(builder, "app");
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("CACHED"));
}

TEST_F(LifecycleTest, AKeptDaemonKeepsRunning) {
    auto builder = world.builder("daemon");
    ASSERT_EQ(world.berth({"rm", "--keep-daemon", builder}).code, 0);
    EXPECT_EQ(inspect(container(builder))["State"]["Status"], "running");
    EXPECT_TRUE(has_volume(builder));
}

TEST_F(LifecycleTest, FindsStateWithoutAContainer) {
    auto builder = world.builder("volume");
    ASSERT_EQ(docker({"rm", "--force", container(builder)}).code, 0);
    EXPECT_EQ(world.berth({"rm", builder}).code, 0);
    EXPECT_FALSE(has_volume(builder));
}

TEST_F(LifecycleTest, DockerBuildxUsesAndRemovesBerthsBuilder) {
    make_context();
    auto builder = world.builder("shared", {"--driver-opt", "memory=512m"});
    EXPECT_THAT(world.peer({"ls"}).out, HasSubstr(builder));
    EXPECT_THAT(world.peer({"inspect", builder}).out, HasSubstr("memory=\"512m\""));
    EXPECT_EQ(world.peer({"build", "--builder", builder, world.folder("app")}).code, 0);
    EXPECT_EQ(world.peer({"rm", builder}).code, 0);
    EXPECT_TRUE(inspect(container(builder)).is_null());
}

TEST_F(LifecycleTest, BerthUsesAndRemovesDockerBuildxsBuilder) {
    make_context();
    auto builder = world.name("theirs");
    std::vector<std::string> create = {"create", "--name", builder, "--bootstrap", "--use"};
    auto config = config_options();
    create.insert(create.end(), config.begin(), config.end());
    ASSERT_EQ(world.peer(create).code, 0);
    EXPECT_THAT(world.berth({"ls"}).out, HasSubstr(builder + "*"));
    auto result = world.berth({"build", world.folder("app")});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("building with \"" + builder + "\""));
    EXPECT_EQ(world.berth({"rm"}).code, 0);
    EXPECT_TRUE(inspect(container(builder)).is_null());
    EXPECT_FALSE(has_volume(builder));
}

TEST_F(LifecycleTest, InspectShowsWhatDockerBuildxShows) {
    auto builder = world.builder("inspected", {"--driver-opt", "memory=512m"});
    auto ours = world.berth({"inspect", builder}), theirs = world.peer({"inspect", builder});
    ASSERT_EQ(ours.code, 0) << ours.err;
    auto without_activity = [](const std::string &text) {
        std::string kept;
        for (const auto &line : split(text, '\n'))
            if (!line.starts_with("Last Activity") && !line.starts_with(" > "))
                kept += line + "\n";
        return kept;
    };
    EXPECT_EQ(without_activity(ours.out), without_activity(theirs.out));
    ASSERT_EQ(world.berth({"stop", builder}).code, 0);
    EXPECT_EQ(without_activity(world.berth({"inspect", builder}).out),
              without_activity(world.peer({"inspect", builder}).out));
}

TEST_F(LifecycleTest, UseAffectsBothPrograms) {
    auto builder = world.builder("chosen", {}, false);
    ASSERT_EQ(world.berth({"use", builder}).code, 0);
    EXPECT_THAT(world.peer({"ls"}).out, HasSubstr(builder + "*"));
    ASSERT_EQ(world.peer({"use", "default"}).code, 0);
    EXPECT_THAT(world.berth({"ls"}).out, HasSubstr("default*"));
    // The mark shows the store's choice, regardless of BUILDX_BUILDER.
    Variables other = {{"BUILDX_BUILDER", builder}};
    for (const auto &listed : {world.berth({"ls"}, other), world.peer({"ls"}, other)})
        EXPECT_THAT(listed.out, HasSubstr("default*"));
}

TEST_F(LifecycleTest, ConcurrentStartsCreateOneContainer) {
    auto builder = world.builder("twice", {}, false);
    auto boot = [&] { return world.berth({"inspect", "--bootstrap", builder}); };
    auto other = std::async(std::launch::async, boot);
    auto mine = boot(), theirs = other.get();
    EXPECT_EQ(mine.code, 0) << mine.err;
    EXPECT_EQ(theirs.code, 0) << theirs.err;
    EXPECT_EQ(inspect(container(builder))["State"]["Status"], "running");
}

TEST_F(LifecycleTest, AFailedStartLeavesNothing) {
    auto name = world.name("nothing");
    auto result = world.berth({"create", "--name", name, "--driver-opt",
                               "image=127.0.0.1:1/nosuch/image", "--bootstrap"});
    EXPECT_EQ(result.code, 5) << result.err;
    EXPECT_THAT(result.err, HasSubstr("ERROR: "));
    EXPECT_THAT(result.err, HasSubstr("127.0.0.1:1/nosuch/image"));
    EXPECT_TRUE(inspect(container(name)).is_null());
    EXPECT_FALSE(has_volume(name));
    EXPECT_THAT(world.berth({"ls"}).out, Not(HasSubstr(name)));
}

TEST_F(LifecycleTest, ADyingContainerIsReportedAndRemoved) {
    auto name = world.name("dies");
    auto result = world.berth({"create", "--name", name, "--buildkitd-flags", "--no-such-flag",
                               "--driver-opt", "restart-policy=no", "--bootstrap"});
    EXPECT_EQ(result.code, 5) << result.err;
    EXPECT_THAT(result.err, HasSubstr("no-such-flag"));
    EXPECT_TRUE(inspect(container(name)).is_null());
    EXPECT_FALSE(has_volume(name));
}

TEST_F(LifecycleTest, ALocalImageIsUsedIfThePullFails) {
    auto image = "127.0.0.1:1/" + world.image("local") + ":v1";
    ASSERT_EQ(docker({"tag", "moby/buildkit:buildx-stable-1", image}).code, 0);
    auto name = world.name("local");
    auto result =
        world.berth({"create", "--name", name, "--driver-opt", "image=" + image, "--bootstrap"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("pulling failed, using local image " + image));
    EXPECT_EQ(world.berth({"rm", name}).code, 0);
    docker({"image", "rm", image});
}

} // namespace
} // namespace berth::test
