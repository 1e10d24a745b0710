// The conversation with the script in the builder: which commands, with what on their input.
#include "berth/build/transport.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace berth::build {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StreamTransportTest : public ::testing::Test {
  protected:
    StreamTransportTest() {
        write("Dockerfile", "FROM scratch\n");
        write("same", "same\n");
        write("changes", "one\n");
    }
    void write(const std::string &name, const std::string &content) {
        std::ofstream(directory.path() / name) << content;
    }
    // What the script is told, without the script.
    struct Call {
        std::string marker, contexts, id, slot, base, input;
        std::vector<std::string> buildctl;
    };
    SolveResult solve(std::function<process::Outcome(const Call &)> script) {
        runner.answer = [this, script](const process::Command &command, const std::string &input) {
            auto at = std::find(command.argv.begin(), command.argv.end(), "berth-build") + 1;
            Call call{at[0], at[1], at[2], at[3], at[4], input, {at + 9, command.argv.end()}};
            calls.push_back(call);
            return script(call);
        };
        auto context = context::read_local_context(directory.path().string(), "");
        SolveRequest request{.context = context,
                             .context_key = "abc",
                             .arguments =
                                 [](const BuildPlaces &places) {
                                     return std::vector<std::string>{"buildctl", places.context,
                                                                     places.dockerfile_directory,
                                                                     places.file_name};
                                 },
                             .on_output = {}};
        docker::Docker docker(runner, "docker", "default", "default");
        auto display = progress::make_display(progress::Mode::quiet, log, {});
        return make_stream_transport()->solve(docker, "builder", request, *display);
    }
    static process::Outcome says(const Call &call, int code, const std::string &lines = "") {
        return {.code = code, .err = call.marker + " start\n" + lines};
    }

    // In lines, as base64 makes them.
    static std::string holds(const Call &call, const std::string &id, const std::string &manifest,
                             const std::string &end = " manifest-end") {
        auto text = base64_encode(manifest);
        for (std::size_t at = 76; at < text.size(); at += 77)
            text.insert(at, "\n");
        return call.marker + " have slot1 " + id + "\n" + call.marker + " manifest\n" + text +
               "\n" + call.marker + end + "\n";
    }

    test::TemporaryDirectory directory;
    process::RecordingRunner runner;
    std::vector<Call> calls;
    std::ostringstream log;
};

TEST_F(StreamTransportTest, AContextThatIsThereTakesOneCommandAndNoInput) {
    auto result = solve(
        [](const Call &call) { return says(call, 0, call.marker + " metadata {\"a\":1}\n"); });
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    EXPECT_EQ(result.reply.image.metadata, "{\"a\":1}");
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].slot, "");
    EXPECT_EQ(calls[0].input, "");
    EXPECT_EQ(calls[0].contexts, "/var/lib/buildkit/berth/contexts/abc");
    EXPECT_THAT(calls[0].buildctl, ::testing::ElementsAre("buildctl", "c", "d", "Dockerfile"));
}

TEST_F(StreamTransportTest, ABuilderThatHasNothingGetsEverything) {
    auto result =
        solve([](const Call &call) { return says(call, call.slot.empty() ? remote_lacks : 0); });
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_NE(calls[1].slot, "");
    EXPECT_EQ(calls[1].base, "");
    EXPECT_THAT(calls[1].input, HasSubstr("FROM scratch\n"));
    EXPECT_THAT(calls[1].input, HasSubstr("same\n"));
    EXPECT_THAT(calls[1].input, HasSubstr("one\n"));
    EXPECT_TRUE(calls[1].input.ends_with(std::string("\0"
                                                     "0\n",
                                                     3)))
        << "the end of the stream is told";
}

TEST_F(StreamTransportTest, OnlyChangesGoToABuilderThatHasAnOlderState) {
    auto before = context::read_local_context(directory.path().string(), "");
    write("changes", "two!\n");
    write("new", "new\n");
    std::filesystem::remove(directory.path() / "same");
    write("same2", "kept\n");
    auto result = solve([&before](const Call &call) {
        if (call.slot.empty())
            return says(call, remote_lacks, holds(call, before.id(), before.manifest.serialize()));
        return says(call, 0);
    });
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_EQ(calls[1].slot, "slot1");
    EXPECT_EQ(calls[1].base, before.id());
    EXPECT_THAT(calls[1].input, HasSubstr("two!\n"));
    EXPECT_THAT(calls[1].input, HasSubstr("new\n"));
    EXPECT_THAT(calls[1].input, Not(HasSubstr("one\n")));
    EXPECT_THAT(calls[1].input, HasSubstr(std::string("same\0", 5))) << "in the list of what goes";
}

TEST_F(StreamTransportTest, ASlotThatIsInUseIsLeftAlone) {
    auto before = context::read_local_context(directory.path().string(), "");
    write("changes", "two!\n");
    auto result = solve([&before](const Call &call) {
        if (call.slot.empty())
            return says(call, remote_lacks, holds(call, before.id(), before.manifest.serialize()));
        return says(call, call.slot == "slot1" ? remote_busy : 0);
    });
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    ASSERT_EQ(calls.size(), 3u);
    EXPECT_NE(calls[2].slot, "slot1");
    EXPECT_EQ(calls[2].base, "");
    EXPECT_THAT(calls[2].input, HasSubstr("same\n")) << "a slot of its own gets everything";
}

// What lay behind the cut would stay there for ever.
TEST_F(StreamTransportTest, AManifestThatIsCutIsNone) {
    auto before = context::read_local_context(directory.path().string(), "");
    auto result = solve([&before](const Call &call) {
        if (call.slot.empty())
            return says(call, remote_lacks,
                        holds(call, before.id(), before.manifest.serialize(), " something"));
        return says(call, 0);
    });
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_NE(calls[1].slot, "slot1");
}

TEST_F(StreamTransportTest, AManifestThatIsBrokenIsNone) {
    auto result = solve([](const Call &call) {
        if (call.slot.empty())
            return says(call, remote_lacks, holds(call, "x", "nonsense"));
        return says(call, 0);
    });
    EXPECT_EQ(result.kind, SolveResult::Kind::done);
    ASSERT_EQ(calls.size(), 2u);
    EXPECT_NE(calls[1].slot, "slot1");
}

TEST_F(StreamTransportTest, NoContainerIsToldApartFromAFailedBuild) {
    auto none = solve([](const Call &) {
        return process::Outcome{.code = 1, .err = "Error: No such container: builder\n"};
    });
    EXPECT_EQ(none.kind, SolveResult::Kind::no_builder);
    EXPECT_THAT(none.outcome.err, HasSubstr("No such container"));
    auto failed =
        solve([](const Call &call) { return says(call, 1, "error: failed to solve: no\n"); });
    EXPECT_EQ(failed.kind, SolveResult::Kind::failed);
    EXPECT_EQ(failed.text, "error: failed to solve: no\n");
}

TEST_F(StreamTransportTest, ABuilderThatCannotStoreItSaysSo) {
    EXPECT_THROW(
        solve([](const Call &call) { return says(call, remote_unusable, "tar: disk full\n"); }),
        Error);
}

} // namespace
} // namespace berth::build
