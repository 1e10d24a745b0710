// What the script in the builder says, and the stream it says it on. (The script itself is tried on
// a real builder: tests/integration.)
#include "berth/build/remote.hpp"
#include "berth/build/solve_output.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::build {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string marker = "berth-0123";

RemoteReply read_all(const std::vector<std::string> &lines) {
    RemoteReply reply;
    for (const auto &line : lines)
        EXPECT_TRUE(read_remote_line(line, marker, reply)) << line;
    return reply;
}

TEST(RemoteTest, TheCommandCarriesItsArguments) {
    auto words = remote_command({.marker = marker,
                                 .key = "abc",
                                 .id = "id1",
                                 .slot = "s",
                                 .base = "id0",
                                 .want_image = true,
                                 .buildctl = {"buildctl", "build", "--opt", "target=a b"}});
    ASSERT_GT(words.size(), 3u);
    EXPECT_EQ(words[0], "sh");
    EXPECT_EQ(words[1], "-c");
    words.erase(words.begin(), words.begin() + 4);
    EXPECT_THAT(words,
                ElementsAre(marker, "/var/lib/buildkit/berth/contexts/abc", "id1", "s", "id0",
                            "image ", "", "", "", "buildctl", "build", "--opt", "target=a b"));
}

TEST(RemoteTest, ReadsWhatTheScriptSays) {
    auto reply = read_all({marker + " start", marker + " have slot1 id1",
                           marker + " metadata {\"x\": \"a b\"}", marker + " image-manifest {}",
                           marker + " image-config {\"c\":1}", marker + " end 3"});
    EXPECT_TRUE(reply.started);
    EXPECT_EQ(reply.slot, "slot1");
    EXPECT_EQ(reply.base, "id1");
    EXPECT_EQ(reply.image.metadata, "{\"x\": \"a b\"}");
    EXPECT_EQ(reply.image.manifest, "{}");
    EXPECT_EQ(reply.image.config, "{\"c\":1}");
    EXPECT_EQ(reply.end, 3);
}

TEST(RemoteTest, TakesNoLineForTheScriptsThatHasNotItsMarker) {
    RemoteReply reply;
    for (const auto *line :
         {"berth-9999 start", "start", "", " berth-0123 start", "berth-0123", "berth-01234 start"})
        EXPECT_FALSE(read_remote_line(line, marker, reply)) << line;
    EXPECT_FALSE(reply.started);
}

TEST(RemoteTest, SurvivesNonsenseBehindTheMarker) {
    auto reply = read_all({marker + " have", marker + " have one two three", marker + " manifest",
                           "***", marker + " unknown word"});
    EXPECT_EQ(reply.slot, "");
    EXPECT_FALSE(reply.manifest_whole);
}

TEST(RemoteTest, TheManifestIsInLinesOfItsOwn) {
    RemoteReply reply;
    std::string manifest;
    reply.take_manifest = [&manifest](std::string_view part) { manifest += part; };
    for (const auto &line : {marker + " manifest", base64_encode(std::string("a\0b", 3)),
                             base64_encode("c\n"), marker + " manifest-end"})
        EXPECT_TRUE(read_remote_line(line, marker, reply)) << line;
    EXPECT_EQ(manifest, std::string("a\0bc\n", 5));
    EXPECT_TRUE(reply.manifest_whole);
    EXPECT_FALSE(read_remote_line("another", marker, reply));

    auto damaged =
        read_all({marker + " manifest", "YWI=", "***", "YWI=", marker + " manifest-end"});
    EXPECT_FALSE(damaged.manifest_whole);
}

class SilentDisplay : public progress::Display {
  public:
    void update(const progress::SolveStatus &status) override {
        for (const auto &vertex : status.vertexes)
            names.push_back(vertex.name);
    }
    void raw_line(std::string_view line) override { lines.emplace_back(line); }
    void finish() override {}
    const std::vector<progress::VertexWarning> &warnings() const override { return none; }
    std::vector<std::string> names, lines;
    std::vector<progress::VertexWarning> none;
};

TEST(SolveOutputTest, TakesTheStreamApartWhereverItIsCut) {
    const std::string stream = marker + " start\n" +
                               R"({"vertexes":[{"digest":"sha256:1","name":"one"}]})"
                               "\n"
                               "Dockerfile:1\n" +
                               R"({"vertexes":[{"digest":"sha256:2","name":"two"}]})"
                               "\n"
                               "error: failed to solve: no\x1b[2J\n"
                               "second line";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        SilentDisplay display;
        RemoteReply reply;
        SolveOutput output(display, marker, reply);
        for (std::size_t at = 0; at < stream.size(); at += piece)
            output.take(std::string_view(stream).substr(at, piece));
        output.finish();
        EXPECT_TRUE(reply.started);
        ASSERT_THAT(display.names, ElementsAre("one", "two")) << piece;
        EXPECT_EQ(display.lines.size(), 2u);
        // What a Dockerfile chose must not move the terminal's cursor.
        EXPECT_EQ(output.text(), "Dockerfile:1\nerror: failed to solve: no\\x1b[2J\nsecond line\n");
    }
}

TEST(SolveOutputTest, ACopyIsCalledByTheNameOfItsContext) {
    SilentDisplay display;
    RemoteReply reply;
    reply.copies = {"aaaa"};
    SolveOutput output(display, marker, reply);
    output.take(R"({"vertexes":[{"digest":"sha256:1","name":"transferring bbbb-context:"}]})"
                "\n");
    output.take(marker + " copy bbbb\n");
    output.take(R"({"vertexes":[{"digest":"sha256:1","name":"transferring bbbb-context:"}]})"
                "\n" +
                marker + " copy\n" +
                R"({"vertexes":[{"digest":"sha256:2","name":"transferring aaaa-src:"}]})"
                "\n"
                "error: \"bbbb-context\", \"bbbb-context\"\n");
    EXPECT_THAT(display.names, ElementsAre("transferring bbbb-context:", "transferring context:",
                                           "transferring src:"));
    EXPECT_THAT(display.lines.back(), HasSubstr("\"transferring src:\""));
    EXPECT_EQ(output.text(), "error: \"context\", \"context\"\n");
}

} // namespace
} // namespace berth::build
