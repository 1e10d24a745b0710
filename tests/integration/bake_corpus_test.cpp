// SPDX-License-Identifier: Apache-2.0
// tests/corpus/bake: definitions that berth and docker buildx must read alike. Each directory has a
// script `command`, which calls `bake`, and the files that it reads. Compared are the exit code,
// standard output byte for byte, and of errors the first line. A file `other-error` says why that
// line differs, and replaces it for berth.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace berth::test {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto &entry : fs::directory_iterator(fs::path(BERTH_TEST_DATA) / "corpus" / "bake"))
        if (entry.is_directory())
            names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

struct Seen {
    int code = 0;
    std::string out, error;
};

std::string first_error(const std::string &text) {
    for (const auto &line : split(text, '\n'))
        if (line.starts_with("ERROR: "))
            return line;
    return {};
}

class BakeCorpusTest : public testing::TestWithParam<std::string> {
  protected:
    // One for all: to remove a world costs docker commands.
    static void SetUpTestSuite() { world = std::make_unique<World>(); }
    static void TearDownTestSuite() { world.reset(); }

    Seen run_with(const std::string &program) {
        auto folder = fs::path(BERTH_TEST_DATA) / "corpus" / "bake" / GetParam();
        auto work = world->path() / "work", bin = world->path() / "bin";
        fs::remove_all(work);
        fs::create_directories(bin);
        run({"cp", "-a", folder.string(), work.string()});
        write_file_atomically(bin / "bake",
                              "#!/bin/sh\nexec " + shell_quote(program) + " bake \"$@\"\n", 0755);
        auto variables = world->variables();
        variables["PATH"] = bin.string() + ":" + std::getenv("PATH");
        auto result = run(
            {"sh", "-c", "cd " + shell_quote(work.string()) + " && exec sh ./command"}, variables);
        return {result.code, result.out, first_error(result.err)};
    }

    static std::unique_ptr<World> world;
};

std::unique_ptr<World> BakeCorpusTest::world;

TEST_P(BakeCorpusTest, ReadsLikeDockerBuildx) {
    const char *program = std::getenv("BERTH_PEER");
    ASSERT_NE(program, nullptr)
        << "no docker buildx to compare with: export BERTH_PEER=\"$(dev/peer)\"";
    auto peer = run_with(program), own = run_with(BERTH_PROGRAM);
    // A bad value on the command line is 2 for berth.
    EXPECT_EQ(std::min(own.code, 1), peer.code) << own.error;
    EXPECT_EQ(own.out, peer.out);
    auto expected = peer.error;
    if (auto other = read_file_if_exists(fs::path(BERTH_TEST_DATA) / "corpus" / "bake" /
                                         GetParam() / "other-error"))
        expected = split(*other, '\n').front();
    // What to do next is berth's own.
    if (!own.error.starts_with(expected + "; ")) {
        EXPECT_EQ(own.error, expected);
    }
}

std::string test_name(const testing::TestParamInfo<std::string> &info) {
    return replace_all(info.param, "-", "_");
}

INSTANTIATE_TEST_SUITE_P(Bake, BakeCorpusTest, testing::ValuesIn(case_names()), test_name);

} // namespace

} // namespace berth::test
