// When a context is bound into a container of its own, and what happens where that does not work.
#include "berth/build/transport_choice.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/strings.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace berth::build {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class BindTransportTest : public ::testing::Test {
  protected:
    BindTransportTest() {
        std::filesystem::create_directory(folder());
        std::ofstream(folder() / "Dockerfile") << "FROM scratch\n";
    }
    std::filesystem::path folder() const { return directory.path() / "context"; }

    // The docker commands of a build of the folder with what was remembered so far; `answer` says
    // how the client container ends.
    std::vector<std::string> solve(const std::string &wish, int code,
                                   const std::string &says = "") {
        std::vector<std::string> commands;
        runner.answer = [&](const process::Command &command, const std::string &given) {
            commands.push_back(command.argv.at(1));
            words = command.argv;
            input = given;
            auto marker = *(std::find(words.begin(), words.end(), "berth-build") + 1);
            bool client = command.argv.at(1) == "run";
            return process::Outcome{.code = client ? code : 0,
                                    .err =
                                        client && says.empty() ? "" : marker + " start\n" + says};
        };
        TransportChoice choice(directory.path() / "memory", "builder", "abc", wish);
        listed = choice.needs_list();
        auto context = listed ? context::read_local_context(folder().string(), "")
                              : context::read_local_context_alone(folder().string(), "");
        SolveRequest request{.context = context,
                             .context_key = "abc",
                             .arguments =
                                 [](const BuildPlaces &places) {
                                     return std::vector<std::string>{"buildctl", places.context};
                                 },
                             .list_files = [&context] { context::list_files(context); },
                             .on_output = {}};
        docker::Docker docker(runner, "docker", "default", "default");
        auto display = progress::make_display(progress::Mode::quiet, log, {});
        result =
            choice.choose(context, node, "default")->solve(docker, "builder", request, *display);
        outgrown = choice.outgrown(context);
        choice.learn(context, took);
        return commands;
    }

    test::TemporaryDirectory directory;
    process::RecordingRunner runner;
    store::NodeRecord node;
    std::vector<std::string> words; // of the last command
    std::string input;              // its
    SolveResult result;
    std::chrono::seconds took{1};
    bool listed = false, outgrown = false;
    std::ostringstream log;
};

TEST_F(BindTransportTest, ASmallContextIsStreamed) {
    EXPECT_THAT(solve("", 0), ElementsAre("exec"));
}

TEST_F(BindTransportTest, ASmallContextIsWalkedThroughWhileDockerStarts) {
    solve("", 0);
    EXPECT_TRUE(listed);
    EXPECT_THAT(words, Not(Contains(remote_id_comes)));
    EXPECT_EQ(input, "");

    EXPECT_THAT(solve("", 0), ElementsAre("exec"));
    EXPECT_FALSE(listed);
    EXPECT_THAT(words, Contains(remote_id_comes));
    EXPECT_EQ(input, context::read_local_context(folder().string(), "").id() + "\n");
    EXPECT_FALSE(outgrown);
}

TEST_F(BindTransportTest, ASmallContextThatHasGrownIsSeenToHave) {
    solve("", 0);
    std::filesystem::resize_file(folder() / "Dockerfile", 20);
    std::ofstream(folder() / "big");
    std::filesystem::resize_file(folder() / "big", 800'000'000); // sparse
    solve("", 0);
    EXPECT_TRUE(outgrown);
}

TEST_F(BindTransportTest, ABoundContextIsOneCommandAndNotWalkedThroughTheNextTime) {
    EXPECT_THAT(solve("bind", 0, "x\n"), ElementsAre("run"));
    EXPECT_TRUE(listed);
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    auto all = join(words, " ");
    EXPECT_THAT(
        all,
        HasSubstr("--pid container:builder --network container:builder --volumes-from builder"));
    EXPECT_THAT(all, HasSubstr("type=bind,source=" + folder().string() +
                               ",target=/berth/context,readonly"));
    EXPECT_THAT(solve("", 0, "x\n"), ElementsAre("run")) << "what worked is done again";
    EXPECT_FALSE(listed);
}

TEST_F(BindTransportTest, ABoundContextThatHasShrunkIsSeenToHaveWhenABuildIsQuick) {
    auto big = folder() / "big";
    std::ofstream(big).close();
    std::filesystem::resize_file(big, 800'000'000); // sparse
    took = {};
    EXPECT_THAT(solve("", 0, "x\n"), ElementsAre("run"));
    EXPECT_THAT(solve("", 0, "x\n"), ElementsAre("run")) << "quick, and as big as before";
    std::filesystem::remove(big);
    took = std::chrono::seconds(1);
    EXPECT_THAT(solve("", 0, "x\n"), ElementsAre("run"));
    EXPECT_THAT(solve("", 0, "x\n"), ElementsAre("run")) << "nobody looked";
    took = {};
    EXPECT_THAT(solve("", 0, "x\n"), ElementsAre("run"));
    EXPECT_THAT(solve("", 0, "x\n"), ElementsAre("exec"));
}

TEST_F(BindTransportTest, AnEngineThatSeesAnotherFolderGetsAStreamAndIsNotAskedAgain) {
    EXPECT_THAT(solve("bind", remote_not_seen, "x\n"), ElementsAre("run", "exec"));
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    EXPECT_THAT(solve("", 0), ElementsAre("exec"));
}

TEST_F(BindTransportTest, AContainerThatDoesNotStartMeansAStream) {
    EXPECT_THAT(solve("bind", 125), ElementsAre("run", "exec"));
}

TEST_F(BindTransportTest, ABuildThatFailsIsNotTriedAgain) {
    EXPECT_THAT(solve("bind", 1, "x\n"), ElementsAre("run"));
    EXPECT_EQ(result.kind, SolveResult::Kind::failed);
}

TEST_F(BindTransportTest, ABuilderWithCertificatesOfItsOwnGetsAStream) {
    node.files = {{"buildkitd.toml", ""}, {"certs/x/ca.pem", ""}};
    EXPECT_THAT(solve("bind", 0), ElementsAre("exec"));
}

TEST(WorthBindingTest, ManyFilesOrManyBytes) {
    context::LocalContext few, big, many;
    few.manifest.entries.add({.path = "a", .size = 1000});
    EXPECT_FALSE(worth_binding(few));
    big.manifest.entries.add({.path = "a", .size = 800'000'000});
    EXPECT_TRUE(worth_binding(big));
    for (int i = 0; i < 50000; ++i)
        many.manifest.entries.add({.path = "a"});
    EXPECT_TRUE(worth_binding(many));
}

TEST(FolderIdentityTest, NamesAFolderAndNotItsPath) {
    test::TemporaryDirectory directory;
    auto one = directory.path() / "one", other = directory.path() / "other";
    std::filesystem::create_directory(one);
    std::filesystem::create_directory(other);
    auto identity = folder_identity(one);
    ASSERT_TRUE(identity);
    EXPECT_NE(identity, folder_identity(other));
    std::filesystem::rename(one, directory.path() / "renamed");
    EXPECT_EQ(identity, folder_identity(directory.path() / "renamed"));
    EXPECT_FALSE(folder_identity(one)) << "gone";
    EXPECT_FALSE(folder_identity("/")) << "other file systems are mounted in it";
    std::filesystem::create_directory(directory.path() / "a,b");
    EXPECT_FALSE(folder_identity(directory.path() / "a,b")) << "docker cannot be told of it";
}

} // namespace
} // namespace berth::build
