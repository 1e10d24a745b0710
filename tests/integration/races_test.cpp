// SPDX-License-Identifier: Apache-2.0
// Commands at the same time on one builder: each does its work or says why not, and the builder is
// of use afterwards.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <chrono>
#include <csignal>
#include <future>
#include <unistd.h>

namespace berth::test {
namespace {

class RacesTest : public ::testing::Test {
  protected:
    RacesTest() { world.write("app/Dockerfile", "FROM busybox\nARG N\nRUN echo $N >/n\n"); }
    std::vector<std::future<Result>> at_once(std::size_t count,
                                             std::function<std::vector<std::string>(int)> words) {
        std::vector<std::future<Result>> all;
        for (std::size_t i = 0; i < count; ++i)
            all.push_back(std::async(std::launch::async, [this, words, i] {
                return world.berth(words(static_cast<int>(i)));
            }));
        return all;
    }
    std::vector<std::string> build(const std::string &builder, int number) const {
        return {"build", "--builder",        builder, "--build-arg", "N=" + std::to_string(number),
                "-q",    world.folder("app")};
    }
    World world;
};

TEST_F(RacesTest, ManyBuildsOnABuilderThatIsNotBooted) {
    auto builder = world.builder("many", {}, false);
    world.write("app/Dockerfile", "FROM scratch\nARG N\nLABEL n=$N\nCOPY Dockerfile /\n");
    for (auto &run : at_once(50, [&](int i) { return build(builder, i); })) {
        auto result = run.get();
        EXPECT_EQ(result.code, 0) << result.err;
    }
    auto containers = docker({"ps", "-a", "--format", "{{.Names}}"}).out;
    EXPECT_EQ(count(containers, builder), 1u) << containers;
}

TEST_F(RacesTest, CreateRemoveStopAndBuildAgainstEachOther) {
    auto builder = world.builder("fought");
    auto options = config_options();
    auto runs = at_once(12, [&](int i) -> std::vector<std::string> {
        switch (i % 4) {
        case 0: {
            std::vector<std::string> create = {"create", "--name", builder, "--bootstrap"};
            create.insert(create.end(), options.begin(), options.end());
            return create;
        }
        case 1:
            return {"rm", builder};
        case 2:
            return {"stop", builder};
        default:
            return build(builder, i);
        }
    });
    for (auto &run : runs) {
        auto result = run.get();
        expect_one_error(result);
    }
    // Whatever won: it is a builder again, and nothing of it is left when it is removed.
    std::vector<std::string> create = {"create", "--name", builder};
    create.insert(create.end(), options.begin(), options.end());
    world.berth(create); // unless it exists
    auto result = world.berth(build(builder, 99));
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(world.berth({"rm", builder}).code, 0);
    EXPECT_TRUE(inspect("buildx_buildkit_" + builder + "0").is_null());
}

// Each has a store of their own, and both gave their builder the same name: one container.
TEST_F(RacesTest, TwoUsersOfOneEngine) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "needs root to become another user";
    auto name = world.name("shared");
    const char *host = std::getenv("DOCKER_HOST");
    std::string socket = host == nullptr ? "/var/run/docker.sock" : std::string(host).substr(7);
    std::string group(trim(run({"stat", "-L", "-c", "%g", socket}).out));
    auto home = world.folder("other");
    std::filesystem::create_directories(home);
    ASSERT_EQ(run({"chown", "65534:" + group, home}).code, 0);
    ASSERT_EQ(run({"chmod", "755", world.path().string()}).code, 0);
    auto other = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"setpriv", "--reuid=65534", "--regid=" + group,
                                     "--clear-groups", BERTH_PROGRAM});
        return run(words, world.variables({{"HOME", home},
                                           {"BUILDX_CONFIG", home + "/store"},
                                           {"XDG_CACHE_HOME", home + "/cache"},
                                           {"DOCKER_CONFIG", home + "/docker"}}));
    };
    std::vector<std::string> create = {"create", "--name", name, "--bootstrap"};
    for (const auto &option : config_options())
        create.push_back(option);
    auto theirs = std::async(std::launch::async, [&] {
        auto created = other(create);
        return created.code == 0 ? other(build(name, 1)) : created;
    });
    auto created = world.berth(create);
    EXPECT_EQ(created.code, 0) << created.err;
    auto built = world.berth(build(name, 2));
    EXPECT_EQ(built.code, 0) << built.err;
    auto also = theirs.get();
    EXPECT_EQ(also.code, 0) << also.err;
    EXPECT_EQ(run({"stat", "-c", "%U", home + "/store/instances/" + name}).out, "nobody\n");
    // What one of them removed, the other's next build starts again.
    EXPECT_EQ(other({"rm", name}).code, 0);
    auto again = world.berth(build(name, 3));
    EXPECT_EQ(again.code, 0) << again.err;
}

// The kernel releases the lock of a dead process; the file that remains does not block others.
TEST_F(RacesTest, ALockOfADeadProcessIsIgnored) {
    auto lock = world.folder("store/.lock");
    world.builder("locked", {}, false);
    run({"bash", "-c", "(flock 9 && kill -9 $BASHPID) 9>\"$0\"; true", lock});
    auto begin = std::chrono::steady_clock::now();
    world.builder("next", {}, false);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(RacesTest, AContextThatChangesWhileItIsSent) {
    auto builder = world.builder("changing");
    world.write("app/Dockerfile", "FROM scratch\nCOPY files /files\n");
    for (int i = 0; i < 300; ++i)
        world.write("app/files/f" + std::to_string(i), std::string(20'000, 'x'));
    auto changes = std::async(std::launch::async, [&] {
        return run({"bash", "-c",
                    "cd \"$0\" && for i in {1..40}; do mv f$i g$i; echo more >>f$((i+50)); "
                    ": >f$((i+100)); sleep 0.01; done",
                    world.folder("app/files")});
    });
    for (int i = 0; i < 3; ++i) {
        auto result = world.berth({"build", "--builder", builder, "-q", world.folder("app")});
        EXPECT_LE(result.code, 1) << result.err;
        if (result.code != 0) {
            EXPECT_THAT(result.err, ::testing::HasSubstr("files/")) << "names the file";
        }
    }
    changes.get();
    EXPECT_EQ(world.berth({"build", "--builder", builder, "-q", world.folder("app")}).code, 0);
}

// Stopped and continued, and ended by the signal of a terminal that is closed.
TEST_F(RacesTest, StopContinueAndHangUp) {
    auto builder = world.builder("signals");
    world.write("app/Dockerfile", "FROM busybox\nRUN sleep 2\n");
    std::vector<std::string> argv = {BERTH_PROGRAM, "build",      "--builder",
                                     builder,       "--no-cache", world.folder("app")};
    auto stopped = run(
        {"bash", "-c", "\"$@\" & sleep 1; kill -STOP $!; sleep 2; kill -CONT $!; wait $!", "bash",
         BERTH_PROGRAM, "build", "--builder", builder, "--no-cache", world.folder("app")},
        world.variables());
    EXPECT_EQ(stopped.code, 0) << stopped.err;
    int looks = 0;
    auto hung = run_and_signal(
        argv, world.variables(), [&] { return ++looks > 20; }, SIGHUP);
    EXPECT_EQ(hung.code, 128 + SIGHUP) << hung.err;
    EXPECT_EQ(count("\n" + hung.err, "\nERROR: "), 1u) << hung.err;
}

} // namespace
} // namespace berth::test
