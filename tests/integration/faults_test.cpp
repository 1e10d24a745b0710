// SPDX-License-Identifier: Apache-2.0
// Makes one docker command fail at each place in turn: expects a clear error in bounded time, no
// orphan, and success of the same command afterwards. BERTH_ALL_FAULTS=1 tries every kind of fault
// at every place; otherwise each place gets two kinds.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <chrono>
#include <csignal>
#include <future>
#include <thread>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kinds = {"fails",     "silent",  "empty", "delayed",
                                        "truncated", "garbled", "killed"};
// Longer than the limit of a boot, and than a connection may be silent.
constexpr std::chrono::seconds bound{90};

class FaultsTest : public ::testing::Test {
  protected:
    FaultsTest() {
        fs::create_directories(world.path() / "bin");
        fs::create_symlink(fs::path(BERTH_TEST_DATA) / "support/faulty-docker",
                           world.path() / "bin/docker"); // its name determines the program
        world.write("app/Dockerfile",
                    "FROM busybox\nCOPY Dockerfile /copied\nRUN echo one >/one\n");
    }

    struct Run {
        Result result;
        std::vector<std::string> calls; // the arguments of each docker command
    };
    Run run(const std::vector<std::string> &arguments, std::size_t call, const std::string &kind,
            std::size_t after = 0) {
        auto counts = world.path() / "counts";
        fs::remove_all(counts);
        fs::create_directories(counts);
        Run run{world.berth(arguments, {{"BERTH_DOCKER", (world.path() / "bin/docker").string()},
                                        {"FAULT_DOCKER", real_docker()},
                                        {"FAULT_DIR", counts.string()},
                                        {"FAULT_CALL", std::to_string(call)},
                                        {"FAULT_KIND", kind},
                                        {"FAULT_AFTER", std::to_string(after)}}),
                {}};
        for (std::size_t i = 1; fs::exists(counts / fmt_call(i)); ++i)
            run.calls.push_back(std::string(
                trim(test::run({"cat", (counts / fmt_call(i) / "arguments").string()}).out)));
        return run;
    }
    static std::string fmt_call(std::size_t i) { return "call" + std::to_string(i); }
    static std::string real_docker() {
        return std::string(trim(test::run({"sh", "-c", "command -v " + docker_program()}).out));
    }

    // `before` makes what the command needs; `after` looks at what it left, and undoes it.
    void try_all(const std::vector<std::string> &command, const std::function<void()> &before,
                 const std::function<void()> &after) {
        before();
        auto good = run(command, 0, "");
        ASSERT_EQ(good.result.code, 0) << good.result.err;
        ASSERT_FALSE(good.calls.empty());
        after();
        bool all = std::getenv("BERTH_ALL_FAULTS") != nullptr;
        for (std::size_t call = 1; call <= good.calls.size(); ++call)
            for (std::size_t k = 0; k < (all ? kinds.size() : 2); ++k) {
                const auto &kind = kinds[(call * 2 + k) % kinds.size()];
                before();
                expect_bounded(command, call, kind);
                after();
            }
    }

    void expect_bounded(const std::vector<std::string> &command, std::size_t call,
                        const std::string &kind, std::size_t after = 0) {
        auto begin = std::chrono::steady_clock::now();
        auto faulty = run(command, call, kind, after);
        auto what = join(command, " ") + "\ncall " + std::to_string(call) + " " + kind + " " +
                    std::to_string(after) + ": " +
                    (call <= faulty.calls.size() ? faulty.calls[call - 1] : "") + "\n" +
                    faulty.result.err;
        EXPECT_LT(std::chrono::steady_clock::now() - begin, bound) << what;
        expect_one_error(faulty.result, what);
        EXPECT_THAT(faulty.result.err, Not(HasSubstr("\x1b[31m"))) << what;
        if (faulty.result.code == 0)
            return;
        auto again = run(command, 0, "");
        EXPECT_EQ(again.result.code, 0) << "again, after " << what << again.result.err;
    }

    static std::vector<std::string> create(const std::string &name) {
        std::vector<std::string> command = {"create", "--name", name, "--bootstrap"};
        auto options = config_options();
        command.insert(command.end(), options.begin(), options.end());
        return command;
    }
    static std::string container(const std::string &builder) {
        return "buildx_buildkit_" + builder + "0";
    }
    World world;
};

TEST_F(FaultsTest, Create) {
    auto name = world.name("made");
    try_all(
        create(name), [] {},
        [&] {
            EXPECT_EQ(world.berth({"rm", "--force", name}).code, 0);
            EXPECT_TRUE(inspect(container(name)).is_null());
            EXPECT_NE(docker({"volume", "inspect", container(name) + "_state"}).code, 0);
        });
}

TEST_F(FaultsTest, BuildAndLoad) {
    auto builder = world.builder("faults");
    auto image = world.image("faults");
    try_all(
        {"build", "--builder", builder, "--load", "-t", image, world.folder("app")}, [] {},
        [&] {
            auto shown = docker({"run", "--rm", image, "cat", "/one"});
            EXPECT_EQ(shown.out, "one\n") << shown.err;
            EXPECT_EQ(docker({"image", "rm", "--force", image}).code, 0);
        });
    // An orphan of a build is a buildctl in the builder.
    auto processes = docker({"exec", container(builder), "ps", "-o", "args"}).out;
    EXPECT_THAT(processes, Not(HasSubstr("dial-stdio")));
}

// Breaks the connection at many places of a build that sends files both ways.
TEST_F(FaultsTest, TheStreamToBuildKit) {
    auto builder = world.builder("stream");
    world.write("app/Dockerfile", "FROM scratch\nCOPY big /big\n");
    world.write("app/big", std::string(300'000, 'x'));
    std::vector<std::string> command = {"build",
                                        "--builder",
                                        builder,
                                        "--no-cache",
                                        "-o",
                                        "type=tar,dest=" + world.folder("out.tar"),
                                        world.folder("app")};
    ASSERT_EQ(run(command, 0, "").result.code, 0);
    const std::vector<std::string> breaks = {"cut", "input-cut", "overwritten", "pauses"};
    bool all = std::getenv("BERTH_ALL_FAULTS") != nullptr;
    std::size_t next = 0;
    for (std::size_t after : {0, 9, 50, 200, 1000, 3000, 10'000, 30'000, 100'000, 290'000})
        for (std::size_t k = 0; k < (all ? breaks.size() : 1); ++k)
            expect_bounded(command, 1, breaks[next++ % breaks.size()], after);
}

// During a step, and while the image is sent. The same command then starts the builder again.
TEST_F(FaultsTest, TheBuilderIsKilledOrRemoved) {
    auto builder = world.builder("gone");
    auto image = world.image("gone");
    for (const auto &[step, then] : {std::pair("RUN sleep 20\n", "RUN true\n"),
                                     std::pair("RUN head -c 60000000 /dev/urandom >/big\n", "")})
        for (const auto &[action, code] : std::vector<std::pair<std::vector<std::string>, int>>{
                 {{"kill"}, 1}, {{"rm", "--force"}, 1}}) {
            world.write("app/Dockerfile", std::string("FROM busybox\n") + step);
            std::vector<std::string> argv = {BERTH_PROGRAM, "build",  "--builder",
                                             builder,       "--load", "--no-cache",
                                             "-t",          image,    world.folder("app")};
            auto words = action;
            words.push_back(container(builder));
            bool done = false;
            int looks = 0;
            auto begin = std::chrono::steady_clock::now();
            auto result = run_and_signal(
                argv, world.variables(),
                [&] {
                    if (!done && ++looks > 10 && docker(words).code == 0)
                        done = true;
                    return false;
                },
                SIGKILL);
            EXPECT_TRUE(done);
            EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(25));
            EXPECT_EQ(result.code, code) << result.err;
            EXPECT_EQ(count("\n" + result.err, "\nERROR: failed to build: "), 1u) << result.err;
            EXPECT_THAT(result.err, HasSubstr(container(builder)));
            world.write("app/Dockerfile", std::string("FROM busybox\n") + then);
            argv.erase(argv.begin());
            auto again = world.berth(argv);
            EXPECT_EQ(again.code, 0) << again.err;
        }
}

// Its docker command stays connected, but nothing comes.
class PausedBuilderTest : public FaultsTest {};
TEST_F(PausedBuilderTest, ABuildEndsWhenNothingComes) {
    auto builder = world.builder("paused");
    world.write("app/Dockerfile", "FROM busybox\nRUN sleep 3\n");
    std::vector<std::string> build = {"build", "--builder", builder, world.folder("app")};
    auto running = std::async(std::launch::async, [&] { return world.berth(build); });
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    auto begin = std::chrono::steady_clock::now();
    ASSERT_EQ(docker({"pause", container(builder)}).code, 0);
    auto result = running.get();
    auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(docker({"unpause", container(builder)}).code, 0);
    EXPECT_EQ(result.code, 5) << result.err;
    EXPECT_EQ(count("\n" + result.err, "\nERROR: "), 1u) << result.err;
    EXPECT_THAT(result.err, HasSubstr(container(builder)));
    EXPECT_THAT(result.err, HasSubstr("BuildKit has not answered for 60 s"));
    EXPECT_GT(took, std::chrono::seconds(30));
    EXPECT_LT(took, std::chrono::seconds(80));
    auto again = world.berth(build);
    EXPECT_EQ(again.code, 0) << again.err;
}

TEST_F(FaultsTest, ListAndInspect) {
    auto builder = world.builder("shown");
    for (const auto &command :
         std::vector<std::vector<std::string>>{{"ls"}, {"inspect", builder}, {"du"}})
        try_all(
            command,
            [&] {
                world.berth({"use", builder});
            },
            [] {});
}

TEST_F(FaultsTest, Remove) {
    auto name = world.name("removed");
    try_all(
        {"rm", name},
        [&] {
            auto made = world.berth(create(name));
            ASSERT_EQ(made.code, 0) << made.err;
        },
        [&] { EXPECT_TRUE(inspect(container(name)).is_null()); });
}

} // namespace
} // namespace berth::test
