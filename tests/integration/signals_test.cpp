// SPDX-License-Identifier: Apache-2.0
// Signals, and outputs closed by their readers, at every stage of `create --bootstrap` and of
// builds: berth ends in bounded time with the code of that, leaves nothing, and the same command
// works afterwards. BERTH_ALL_FAULTS=1 tries all of them at every stage of `create`; otherwise each
// stage gets one.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "disturbed.hpp"
#include "support.hpp"

#include <future>
#include <thread>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

const std::vector<Disturbance> all = {{"SIGINT", SIGINT, 130},
                                      {"SIGTERM", SIGTERM, 143},
                                      {"SIGHUP", SIGHUP, 129},
                                      {"SIGKILL", SIGKILL, 137},
                                      {"standard error closed", Disturbance::error, 128 + SIGPIPE}};
const Disturbance stopped = {"SIGSTOP and SIGCONT", SIGSTOP, 0};
const Disturbance unread = {"standard output closed", Disturbance::output, 128 + SIGPIPE};
// Usually 0.3 s, on a machine with nothing else to do. Without a reader it ends when it writes its
// next line, which is about a step that may take so long, too.
constexpr seconds bound{5}, unread_bound{10};

class SignalsTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        fs::create_directories(world->path() / "tmp");
        // Shows when docker commands begin.
        world->write("docker",
                     "#!/bin/sh\necho \"docker $*\" >>" + shell_quote(calls()) + "\nexec " +
                         docker_program() + " \"$@\"\n",
                     0755);
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static Variables variables() {
        return world->variables({{"TMPDIR", world->folder("tmp")},
                                 {"BERTH_DOCKER", world->folder("docker")},
                                 {"BUILDKIT_PROGRESS", "plain"}});
    }
    static std::string calls() { return world->folder("calls"); }
    static Words create(const std::string &name) {
        Words words = {BERTH_PROGRAM, "create", "--name", name, "--bootstrap"};
        for (const auto &word : config_options())
            words.push_back(word);
        return words;
    }
    static std::string container(const std::string &builder) {
        return "buildx_buildkit_" + builder + "0";
    }

    // Disturbs the command once `at` is in its progress or begins a docker command. Returns the
    // code.
    static int disturb(const Words &words, const std::string &at, const Disturbance &how) {
        SCOPED_TRACE(join(words, " ") + "\n" + how.name + " at: " + at);
        world->write("calls", "");
        Disturbed run(words, variables(), at, calls(), how);
        EXPECT_TRUE(run.reached()) << run.result().err;
        // With all its work done, berth did not need its reader.
        if (how.signal != Disturbance::error || run.result().code != 0) {
            EXPECT_EQ(run.result().code, how.code) << run.result().err;
        }
        EXPECT_LT(run.took(), how.signal == Disturbance::error ? unread_bound : bound);
        bool reports = how.signal > 0 && how.signal != SIGKILL;
        EXPECT_EQ(count("\n" + run.result().err, "\nERROR: "), reports ? 1u : 0u)
            << run.result().err;
        expect_nothing_left();
        return run.result().code;
    }
    // Of processes here and of temporary files. docker commands see the end of a killed berth.
    static void expect_nothing_left() {
        EXPECT_TRUE(soon([&] { return processes_with("TMPDIR=" + world->folder("tmp")).empty(); }))
            << join(processes_with("TMPDIR=" + world->folder("tmp")), "\n");
        EXPECT_TRUE(fs::is_empty(world->path() / "tmp"));
    }
    static void expect_to_work(Words words) {
        words.erase(words.begin());
        auto result = world->berth(words, variables());
        EXPECT_EQ(result.code, 0) << join(words, " ") << "\n" << result.err;
    }
    static inline World *world = nullptr;
};

class SignalsDuringCreateTest : public SignalsTest {};

TEST_F(SignalsDuringCreateTest, AtEveryDockerCommand) {
    auto name = world->name("created");
    Words stages = {"docker pull", "docker volume create", "docker exec"};
    for (const auto *stage : {"docker create", "docker cp", "docker container start"})
        if (!std::getenv("BERTH_TEST_BUILDKITD_CONFIG")) // nothing to copy
            stages.emplace_back("docker run");
        else
            stages.emplace_back(stage);
    bool thorough = std::getenv("BERTH_ALL_FAULTS") != nullptr;
    for (std::size_t i = 0; i < stages.size(); ++i)
        for (std::size_t k = 0; k < (thorough ? all.size() : 1); ++k) {
            const auto &how = all[(i + k) % all.size()];
            auto code = disturb(create(name), stages[i], how);
            if (code != 0 && how.signal != SIGKILL) {
                EXPECT_TRUE(inspect(container(name)).is_null()) << how.name << stages[i];
                EXPECT_NE(docker({"volume", "inspect", container(name) + "_state"}).code, 0)
                    << how.name << stages[i];
                EXPECT_THAT(world->berth({"ls"}).out, Not(HasSubstr(name)));
            }
            if (code != 0)
                expect_to_work(create(name));
            EXPECT_EQ(world->berth({"rm", name}).code, 0);
            EXPECT_NE(docker({"volume", "inspect", container(name) + "_state"}).code, 0);
        }
}

// The build gives the container the configuration that it lacks, without which it has no base
// image.
TEST_F(SignalsDuringCreateTest, ABuildFinishesAKilledCreate) {
    auto name = world->name("killed");
    disturb(create(name), "docker cp", {"SIGKILL", SIGKILL, 137});
    world->write("app/Dockerfile", "FROM busybox\nRUN true\n");
    expect_to_work({BERTH_PROGRAM, "build", "--builder", name, world->folder("app")});
}

// The name, its last line, has no reader.
TEST_F(SignalsDuringCreateTest, StandardOutputClosed) {
    auto name = world->name("unread");
    disturb(create(name), "docker exec", unread);
    EXPECT_EQ(world->berth({"rm", name}).code, 0);
}

// One builder, and the stages of a build.
class SignalsDuringBuildTest : public SignalsTest {
  protected:
    static void SetUpTestSuite() {
        SignalsTest::SetUpTestSuite();
        builder = world->builder("built");
        world->write("send/Dockerfile", "FROM scratch\nCOPY big /\n");
        world->write("step/Dockerfile",
                     "FROM busybox\nCOPY count /\nRUN echo ready; i=0; "
                     "while [ $i -lt $(cat /count) ]; do sleep 0.2; echo $i; i=$((i+1)); done\n");
        world->write("export/Dockerfile",
                     "FROM busybox\nRUN head -c 25000000 /dev/urandom >/big\n");
        world->write("image/Dockerfile", "FROM busybox\nCOPY file /\n"
                                         "RUN head -c 60000000 /dev/urandom >/big\n");
    }
    // A build of something new, except for "export".
    static Words build(const std::string &directory, const Words &more = {}) {
        fs::resize_file(world->write("send/big", ""), 60'000'000);
        world->write("step/count", "50");
        world->write("image/file", std::to_string(++number));
        Words words = {BERTH_PROGRAM, "build", "--builder", builder, world->folder(directory)};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    static void disturb_all(const std::string &directory, const Words &more, const std::string &at,
                            const std::string &image = {}) {
        for (const auto &how : all) {
            auto words = build(directory, more);
            disturb(words, at, how);
            EXPECT_TRUE(soon([&] { return builder_rests(); })) << how.name << " at " << at;
            EXPECT_EQ(docker({"exec", container(builder), "ls", "/tmp"}).out, "");
            world->write("step/count", "0");
            expect_to_work(words);
            if (!image.empty()) { // the next one would leave it without a tag
                EXPECT_EQ(docker({"image", "rm", "--force", image}).code, 0);
            }
        }
        auto running = world->berth({"history", "ls", "--builder", builder, "--filter",
                                     "status=running", "--format", "{{.Ref}}"});
        EXPECT_EQ(running.out + running.err, "");
    }
    static bool builder_rests() {
        auto processes = docker({"exec", container(builder), "ps", "-o", "args"}).out;
        return processes.find("dial-stdio") == std::string::npos &&
               processes.find("sleep") == std::string::npos;
    }
    static inline std::string builder;
    static inline int number = 0;
};

TEST_F(SignalsDuringBuildTest, Send) {
    disturb_all("send", {}, "[internal] load build context");
}

TEST_F(SignalsDuringBuildTest, Step) {
    disturb_all("step", {}, "ready\n");
}

TEST_F(SignalsDuringBuildTest, Export) {
    disturb_all("export", {"-o", "type=local,dest=" + world->folder("out")}, "copying files");
    disturb_all("export", {"-o", "type=tar,dest=" + world->folder("out.tar")}, "sending tarball");
}

class SignalsAndReadersTest : public SignalsDuringBuildTest {};

TEST_F(SignalsAndReadersTest, StandardOutputClosed) {
    auto words = build("export", {"-o", "type=tar,dest=-"});
    disturb(words, "sending tarball", unread);
    EXPECT_TRUE(soon([&] { return builder_rests(); }));
}

// A pipe holds 64 KB, so berth is waiting for its reader when the signal comes.
TEST_F(SignalsAndReadersTest, AnInterruptEndsBerthThatWaitsForAReader) {
    auto fifo = world->folder("fifo");
    ASSERT_EQ(run({"mkfifo", fifo}).code, 0);
    world->write("loud/Dockerfile", "FROM busybox\nRUN seq 100000; sleep 60\n");
    for (const std::string arguments :
         {"-f $2/fifo $2/export", "-o type=tar,dest=$2/fifo $2/export",
          "--metadata-file $2/fifo $2/export", "-o type=tar,dest=$2/fifo $2/export 3<>$2/fifo",
          "-o - $2/export 3<>$2/fifo >$2/fifo", "$2/loud 3<>$2/fifo 2>$2/fifo"}) {
        int looks = 0;
        std::chrono::steady_clock::time_point signalled;
        auto result = run_and_signal(
            {"sh", "-c", "exec \"$0\" build --builder $1 " + arguments, BERTH_PROGRAM, builder,
             world->path().string()},
            variables(),
            [&] {
                signalled = std::chrono::steady_clock::now();
                return ++looks > 40; // two seconds
            },
            SIGINT);
        EXPECT_EQ(result.code, 130) << arguments << result.err;
        EXPECT_LT(std::chrono::steady_clock::now() - signalled, bound) << arguments;
        EXPECT_TRUE(soon([&] { return builder_rests(); })) << arguments;
        expect_nothing_left();
    }
}

// Side by side, as each takes three seconds longer.
TEST_F(SignalsDuringBuildTest, StopAndContinue) {
    const std::vector<std::pair<Words, std::string>> stages = {
        {build("send"), "[internal] load build context"},
        {build("step"), "ready\n"},
        {build("image", {"--load", "-t", world->image("stopped")}), "importing to docker"}};
    world->write("step/count", "5");
    std::vector<std::future<void>> runs;
    for (const auto &[words, at] : stages)
        runs.push_back(std::async(std::launch::async, [words = words, at = at] {
            Disturbed run(words, variables(), at, calls(), stopped);
            EXPECT_TRUE(run.reached()) << run.result().err;
            EXPECT_EQ(run.result().code, 0) << run.result().err;
        }));
    for (auto &run : runs)
        run.get();
    expect_nothing_left();
}

TEST_F(SignalsDuringBuildTest, Load) {
    auto image = world->image("loaded");
    disturb_all("image", {"--load", "-t", image}, "importing to docker", image);
}

TEST_F(SignalsDuringBuildTest, Push) {
    auto to = "type=registry,compression=uncompressed,name=" + registry() + "/" + world->name("p");
    disturb_all("image", {"-o", to}, "pushing layers");
}

} // namespace
} // namespace berth::test
