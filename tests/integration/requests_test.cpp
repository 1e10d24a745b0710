// SPDX-License-Identifier: Apache-2.0
// Requests of a build to the client and to docker: BuildKit reads only what the build needs, and
// few docker commands run.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class RequestsTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = std::make_unique<World>();
        builder = world->builder("requests");
    }
    static void TearDownTestSuite() { world.reset(); }

    static Result build(std::vector<std::string> arguments, const Variables &variables = {}) {
        arguments.insert(arguments.begin(), {"build", "--builder", builder, "--progress", "plain"});
        return world->berth(arguments, variables);
    }
    // The first words of the docker commands of a build.
    static std::vector<std::string> commands_of(std::vector<std::string> arguments) {
        auto result = build(std::move(arguments), world->counting());
        EXPECT_EQ(result.code, 0) << result.err;
        std::vector<std::string> words;
        for (const auto &line : world->docker_commands())
            words.push_back(line.substr(0, line.find(' ')));
        return words;
    }
    static std::string content(const std::string &file) {
        std::ifstream in(world->path() / file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    // Transferred bytes, according to the log.
    static std::string transferred(const Result &result) {
        auto begin = result.err.find("transferring context: ");
        return result.err.substr(begin, result.err.find('\n', begin) - begin);
    }

    static std::unique_ptr<World> world;
    static std::string builder;
};

std::unique_ptr<World> RequestsTest::world;
std::string RequestsTest::builder;

TEST_F(RequestsTest, DockerCommandsOfABuild) {
    world->write("app/Dockerfile", "FROM busybox\nRUN head -c 20000000 /dev/urandom >/big\n"
                                   "COPY small /\n");
    world->write("app/small", "one");
    auto image = world->image("counted"), folder = world->folder("app");
    // The first load queries the engine's kind of image store.
    EXPECT_THAT(commands_of({"--load", folder}), ElementsAre("info", "exec", "image", "load"));
    world->write("app/small", "0");
    EXPECT_THAT(commands_of({folder}), ElementsAre("exec"));
    EXPECT_THAT(commands_of({folder}), ElementsAre("exec"));
    // The look at the tags runs beside the build, so either is first.
    std::vector<std::string> load = {"--load", "-t", image, folder};
    EXPECT_THAT(commands_of(load), UnorderedElementsAre("exec", "image", "load"));
    EXPECT_THAT(commands_of(load), UnorderedElementsAre("exec", "image"));
    world->write("app/small", "two, and longer");
    EXPECT_THAT(commands_of(load), UnorderedElementsAre("exec", "image", "load"));
    EXPECT_EQ(docker({"run", "--rm", image, "cat", "/small"}).out, "two, and longer");
    // Contexts, outputs and Dockerfiles of any number are one command, too.
    world->write("more/f", "f");
    EXPECT_THAT(
        commands_of({"--build-context", "more=" + world->folder("more"), "-o",
                     world->folder("out1"), "-o", "type=oci,dest=" + world->folder("out2.tar"),
                     "--secret", "id=s,src=" + world->folder("app/small"), "--metadata-file",
                     world->folder("m.json"), folder}),
        ElementsAre("exec"));
}

TEST_F(RequestsTest, FilesThatNoStepCopiesAreNotSent) {
    world->write("unread/Dockerfile", "FROM scratch\nCOPY --link wanted d*/ /\n");
    world->write("unread/wanted", "wanted");
    world->write("unread/dir/a", "a");
    world->write("unread/big", std::string(30'000'000, 'x'));
    auto result = build({"-o", world->folder("unread-out"), world->folder("unread")});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(transferred(result), HasSubstr("B")) << result.err;
    EXPECT_THAT(transferred(result), Not(HasSubstr("MB"))) << result.err;
    EXPECT_EQ(content("unread-out/wanted"), "wanted");
    EXPECT_EQ(content("unread-out/a"), "a");
}

// As another user than the owner: root reads everything.
TEST_F(RequestsTest, AnUnreadableFileMattersOnlyIfItIsCopied) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can become another user";
    world->write("closed/Dockerfile", "FROM scratch\nCOPY open /\n");
    world->write("closed/All", "FROM scratch\nCOPY . /\n");
    world->write("closed/open", "open");
    world->write("closed/secret", "x", 0);
    world->write("closed/shut/inside", "x");
    ::chmod(world->folder("closed/shut").c_str(), 0);
    for (auto path = world->path(); path != "/tmp" && path != "/"; path = path.parent_path())
        ::chmod(path.c_str(), 0755);
    // The engine's socket belongs to root, so the test drops only the right to read any file.
    auto as_other = [&](const std::vector<std::string> &more) {
        std::vector<std::string> words = {"setpriv",
                                          "--bounding-set",
                                          "-dac_override,-dac_read_search",
                                          "--inh-caps",
                                          "-dac_override,-dac_read_search",
                                          BERTH_PROGRAM,
                                          "build",
                                          "--builder",
                                          builder};
        words.insert(words.end(), more.begin(), more.end());
        return run(words, world->variables());
    };
    ::chown((world->path() / "closed/secret").c_str(), 1234, 1234);
    ::chown((world->path() / "closed/shut").c_str(), 1234, 1234);
    auto result = as_other({"-o", world->folder("closed-out"), world->folder("closed")});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(content("closed-out/open"), "open");
    result = as_other({"-f", world->folder("closed/All"), world->folder("closed")});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("ermission denied"));
    EXPECT_THAT(result.err, ::testing::AnyOf(HasSubstr("secret"), HasSubstr("shut")));
    ::chmod(world->folder("closed/shut").c_str(), 0755);
}

// docker buildx would consider it unchanged.
TEST_F(RequestsTest, AChangedFileOfTheSameSizeAndTimeIsSent) {
    world->write("same/Dockerfile", "FROM scratch\nCOPY . /\n");
    for (const std::string text : {"one", "two", "six"}) {
        world->write("same/file", text);
        ASSERT_EQ(run({"touch", "-d", "2020-01-01 00:00:00", world->folder("same/file")}).code, 0);
        auto result = build({"-o", world->folder("same-out"), world->folder("same")});
        ASSERT_EQ(result.code, 0) << result.err;
        EXPECT_EQ(content("same-out/file"), text);
    }
}

TEST_F(RequestsTest, TwoContextsInTurnKeepTheirFiles) {
    for (const std::string name : {"x/app", "y/app", "x/app", "y/app"}) {
        world->write(name + "/Dockerfile", "FROM scratch\nCOPY . /\n");
        world->write(name + "/file", name.substr(0, 1));
        ASSERT_EQ(run({"touch", "-d", "2020-01-01 00:00:00", world->folder(name + "/file")}).code,
                  0);
        ASSERT_EQ(build({"-o", world->folder("turn-out"), world->folder(name)}).code, 0);
        EXPECT_EQ(content("turn-out/file"), name.substr(0, 1));
    }
}

TEST_F(RequestsTest, AStoppedBuilderIsStarted) {
    world->write("boot/Dockerfile", "FROM scratch\nCOPY f /\n");
    world->write("boot/f", "f");
    docker({"stop", "buildx_buildkit_" + builder + "0"});
    auto result =
        run({"sh", "-c", "tar -C \"$1\" -c . | \"$2\" build --builder \"$3\" -o \"$4\" -", "sh",
             world->folder("boot"), BERTH_PROGRAM, builder, world->folder("boot-out")},
            world->variables());
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(content("boot-out/f"), "f") << "standard input was not read twice";
    // One that has just started, too.
    docker({"restart", "--time", "0", "buildx_buildkit_" + builder + "0"});
    EXPECT_EQ(build({world->folder("boot")}).code, 0);
}

TEST_F(RequestsTest, DebugShowsTheCallsToBuildKit) {
    world->write("debug/Dockerfile", "FROM scratch\nCOPY f /\n");
    world->write("debug/f", "f");
    auto result = world->berth({"--debug", "build", "--builder", builder, world->folder("debug")});
    EXPECT_THAT(result.err,
                ::testing::ContainsRegex("\\+ docker .*buildctl dial-stdio  # [0-9.]+s, hung up"));
    EXPECT_THAT(result.err, ::testing::ContainsRegex("\\+ buildkit Control/Solve  # [0-9.]+s, OK"));
}

} // namespace
} // namespace berth::test
