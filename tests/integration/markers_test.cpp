// SPDX-License-Identifier: Apache-2.0
// A marker enters by every way that a secret can; only berth itself and its caller may contain it.
#include "berth/util/file.hpp"

#include "support.hpp"

#include <csignal>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string marker = "mArKeR5e8f21c07d";

std::string read_quietly(const fs::path &file) {
    try {
        return read_file(file, 1u << 20);
    } catch (const std::exception &) { // it has ended
        return "";
    }
}

// Processes of this host, so those in the builder too, whose argv or environment has the marker;
// but for berth's own.
std::vector<std::string> processes_with_marker() {
    std::vector<std::string> found;
    std::error_code ended;
    for (const auto &process : fs::directory_iterator("/proc", ended)) {
        if (process.path().filename().string().find_first_not_of("0123456789") != std::string::npos)
            continue;
        auto argv = read_quietly(process.path() / "cmdline");
        auto own = fs::read_symlink(process.path() / "exe", ended) == fs::path(BERTH_PROGRAM);
        if (!own &&
            (argv + read_quietly(process.path() / "environ")).find(marker) != std::string::npos)
            found.push_back(argv);
    }
    return found;
}

class MarkersTest : public ::testing::Test {
  protected:
    MarkersTest() {
        world.write("app/Dockerfile",
                    "FROM busybox\nRUN --mount=type=secret,id=file --mount=type=secret,id=variable "
                    "test -s /run/secrets/file && test -s /run/secrets/variable && sleep 2\n");
        world.write("token", marker);
        builder = world.builder("markers");
    }
    std::vector<std::string> command(const std::vector<std::string> &more) {
        std::vector<std::string> words = {
            BERTH_PROGRAM,     "build",
            "--builder",       builder,
            "--debug",         "--no-cache",
            "--secret",        "id=file,src=" + world.folder("token"),
            "--secret",        "id=variable,env=OF_SECRET",
            "--build-arg",     "OF_ARGUMENT",
            "--build-context", "unused=https://user:" + marker + "@example.invalid/repo.git",
            "--build-context", "too=http://127.0.0.1:1/a.tar?token=" + marker};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back(world.folder("app"));
        return words;
    }
    Variables variables() {
        return world.variables({{"OF_SECRET", marker}, {"OF_ARGUMENT", marker}});
    }
    // Checks while the command runs, its output, and its leftovers.
    void expect_hidden(const std::vector<std::string> &argv, const Variables &with) {
        std::vector<std::string> seen;
        int looks = 0;
        auto result = run_and_signal(
            argv, with,
            [&] {
                ++looks;
                auto more = processes_with_marker();
                seen.insert(seen.end(), more.begin(), more.end());
                return false;
            },
            SIGKILL);
        EXPECT_EQ(result.code, 0) << result.err;
        EXPECT_GT(looks, 10);
        EXPECT_THAT(seen, ::testing::IsEmpty());
        EXPECT_THAT(result.out + result.err, Not(HasSubstr(marker)));
        EXPECT_EQ(files(), "");
    }
    std::string files() {
        auto here = run({"grep", "-rlF", marker, world.folder("store"), world.folder("cache")}).out;
        return here + docker({"exec", "buildx_buildkit_" + builder + "0", "grep", "-rlF", marker,
                              "/tmp", "/dev/shm", "/run/buildkit", "/etc"})
                          .out;
    }
    World world;
    std::string builder;
};

TEST_F(MarkersTest, NoProcessOutputOrFileContainsThem) {
    expect_hidden(command({}), variables());
}

TEST_F(MarkersTest, BakeDoesNotExposeThemEither) {
    auto definition = world.write(
        "docker-bake.hcl", "target \"default\" {\n  context = \"" + world.folder("app") +
                               "\"\n  no-cache = true\n  secret = [\"id=variable,env=OF_SECRET\", "
                               "\"id=file,src=" +
                               world.folder("token") + "\"]\n}\n");
    expect_hidden({BERTH_PROGRAM, "bake", "--builder", builder, "--debug", "--allow", "fs=*",
                   "--file", definition},
                  world.variables({{"OF_SECRET", marker}}));
}

TEST_F(MarkersTest, AKilledBuildDoesNotExposeThem) {
    auto result = run_and_signal(
        command({}), variables(),
        [&] {
            return docker({"exec", "buildx_buildkit_" + builder + "0", "ps"}).out.find("sleep 2") !=
                   std::string::npos;
        },
        SIGKILL);
    EXPECT_EQ(result.code, 128 + SIGKILL);
    for (int i = 0; i < 100 && !files().empty(); ++i) // BuildKit ends the step first
        run({"sleep", "0.1"});
    EXPECT_EQ(files(), "");
    EXPECT_THAT(processes_with_marker(), ::testing::IsEmpty());
}

TEST_F(MarkersTest, DryRunsAndErrorsOfAddressesDoNotContainThem) {
    auto dry = run(command({"--dry-run"}), variables());
    EXPECT_EQ(dry.code, 0) << dry.err;
    EXPECT_THAT(dry.out, HasSubstr("example.invalid/repo.git"));
    EXPECT_THAT(dry.out + dry.err, Not(HasSubstr(marker)));
    for (const auto &address : {"https://user:" + marker + "@127.0.0.1:1/x.git",
                                "http://127.0.0.1:1/x.tar?token=" + marker}) {
        auto failed = world.berth({"build", "--builder", builder, "--debug", address});
        EXPECT_EQ(failed.code, 1) << failed.err;
        EXPECT_THAT(failed.err, HasSubstr("127.0.0.1:1"));
        EXPECT_THAT(failed.err, Not(HasSubstr(marker)));
    }
    EXPECT_EQ(files(), "");
}

} // namespace
} // namespace berth::test
