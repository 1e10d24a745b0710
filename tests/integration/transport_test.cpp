// The ways a context goes to the builder: the same files whichever it is, with few docker commands,
// and nothing left behind.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <filesystem>
#include <fstream>
#include <memory>

namespace berth::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class TransportTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = std::make_unique<World>();
        builder = world->builder("ways");
    }
    static void TearDownTestSuite() { world.reset(); }

    static Result build(std::vector<std::string> arguments, const Variables &variables = {}) {
        arguments.insert(arguments.begin(), {"build", "--builder", builder, "--progress", "plain"});
        return world->berth(arguments, variables);
    }
    // The first words of the docker commands of a build.
    std::vector<std::string> commands_of(std::vector<std::string> arguments,
                                         const std::string &wish) {
        auto variables = world->counting();
        variables["BERTH_TRANSPORT"] = wish;
        auto result = build(std::move(arguments), variables);
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
    static Result in_builder(const std::string &script) {
        return docker({"exec", "buildx_buildkit_" + builder + "0", "sh", "-c", script});
    }
    static std::string slots() {
        return in_builder("ls -d /var/lib/buildkit/berth/contexts/*/* 2>/dev/null").out;
    }

    static std::unique_ptr<World> world;
    static std::string builder;
};

std::unique_ptr<World> TransportTest::world;
std::string TransportTest::builder;

TEST_F(TransportTest, ABoundContextIsReadWhereItLies) {
    world->write("bound/Dockerfile", "FROM scratch\nCOPY . /\n");
    world->write("bound/.dockerignore", "left-out\n");
    world->write("bound/a file", "one");
    world->write("bound/left-out", "x");
    std::filesystem::create_symlink("a file", world->path() / "bound/link");
    auto to = world->folder("bound-out");
    auto before = slots();
    EXPECT_THAT(commands_of({"-o", to, world->folder("bound")}, "bind"), ElementsAre("run"));
    EXPECT_EQ(content("bound-out/a file"), "one");
    EXPECT_EQ(content("bound-out/link"), "one");
    EXPECT_FALSE(std::filesystem::exists(world->path() / "bound-out/left-out"));
    EXPECT_EQ(slots(), before) << "no copy of it in the builder";

    // The same length within the same second: times go there to the nanosecond.
    world->write("bound/a file", "two");
    EXPECT_THAT(commands_of({"-o", to, world->folder("bound")}, ""), ElementsAre("run"))
        << "what worked is done again";
    EXPECT_EQ(content("bound-out/a file"), "two");
    EXPECT_EQ(docker({"ps", "--all", "--quiet", "--filter",
                      "volume=buildx_buildkit_" + builder + "0_state"})
                  .out.size(),
              13u)
        << "the builder's container is alone again";

    EXPECT_THAT(commands_of({"-o", to, world->folder("bound")}, "stream"), Contains("exec"));
    EXPECT_EQ(content("bound-out/a file"), "two");
}

TEST_F(TransportTest, SecretsAndErrorsOfABoundContextAreThoseOfAnyBuild) {
    world->write("secret/Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=word "
                                      "test \"$(cat /run/secrets/word)\" = hidden\n");
    world->write("word", "hidden");
    EXPECT_THAT(
        commands_of({"--no-cache", "--secret", "id=word,src=" + (world->path() / "word").string(),
                     world->folder("secret")},
                    "bind"),
        ElementsAre("run"));
    world->write("secret/Dockerfile", "FROM busybox\nRUN exit 3\n");
    auto result = build({world->folder("secret")}, {{"BERTH_TRANSPORT", "bind"}});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("did not complete successfully: exit code: 3"));
}

TEST_F(TransportTest, AFolderThatDockerCannotBindIsStreamed) {
    world->write("a,b/Dockerfile", "FROM scratch\nCOPY c /\n");
    world->write("a,b/c", "c");
    EXPECT_THAT(commands_of({world->folder("a,b")}, "bind"), Not(Contains("run")));
}

// An engine on which the path leads to another folder: a mount that only this process sees.
TEST_F(TransportTest, AFolderThatTheEngineSeesOtherwiseIsStreamed) {
    world->write("there/Dockerfile", "FROM scratch\nCOPY which /\n");
    world->write("there/which", "the engine's");
    world->write("mine/Dockerfile", "FROM scratch\nCOPY which /\n");
    world->write("mine/which", "the client's");
    auto there = world->folder("there"), mine = world->folder("mine");
    auto variables = world->variables({{"BERTH_TRANSPORT", "bind"}});
    auto result =
        run({"unshare", "--mount", "--propagation", "private", "sh", "-c",
             "mount --bind \"$1\" \"$2\" && shift 2 && exec \"$@\"", "sh", mine, there,
             BERTH_PROGRAM, "build", "--builder", builder, "-o", world->folder("which-out"), there},
            variables);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(content("which-out/which"), "the client's");
}

TEST_F(TransportTest, ContextsThatNobodyUsesGo) {
    for (const auto *name : {"old", "huge", "kept", "new"}) {
        world->write(std::string(name) + "/Dockerfile", "FROM scratch\nCOPY f /\n");
        world->write(std::string(name) + "/f", name);
    }
    auto made_by = [](const std::string &name) {
        auto before = slots();
        EXPECT_EQ(build({world->folder(name)}).code, 0);
        for (const auto &line : split(slots(), '\n'))
            if (before.find(line) == std::string::npos)
                return line;
        return std::string();
    };
    auto old = made_by("old"), huge = made_by("huge"), kept = made_by("kept");
    ASSERT_FALSE(old.empty() || huge.empty() || kept.empty()) << slots();
    // Apart in time by more than the second that is compared.
    ASSERT_EQ(in_builder("touch -d 2020-01-01 " + old + "/id && echo 99000000000 >" + huge +
                         "/size && touch -d @$(($(date +%s) - 60)) " + huge + "/id")
                  .code,
              0);
    auto fresh = made_by("new");
    EXPECT_THAT(slots(), Not(HasSubstr(old)));
    EXPECT_THAT(slots(), Not(HasSubstr(huge)));
    EXPECT_THAT(slots(), HasSubstr(kept));
    EXPECT_THAT(slots(), HasSubstr(fresh));
}

TEST_F(TransportTest, DockerCommandsOfALoad) {
    auto image = world->image("counted");
    world->write("counted/Dockerfile",
                 "FROM busybox\nRUN head -c 20000000 /dev/urandom >/big\nCOPY small /\n");
    world->write("counted/small", "one");
    auto folder = world->folder("counted");
    auto first = commands_of({"--load", "-t", image, folder}, "");
    EXPECT_THAT(first, Contains("cp")) << "a big image is read by the engine";
    world->write("counted/small", "two, and longer");
    EXPECT_THAT(commands_of({"--load", "-t", image, folder}, ""),
                UnorderedElementsAre("exec", "exec", "image", "exec", "load"))
        << "the context is not there, is sent; one inspect; the layer";
    EXPECT_THAT(commands_of({"--load", "-t", image, folder}, ""), ElementsAre("exec", "image"));
    EXPECT_EQ(in_builder("ls /var/lib/buildkit/berth/loads").out, "") << "nothing stays behind";
}

} // namespace
} // namespace berth::test
