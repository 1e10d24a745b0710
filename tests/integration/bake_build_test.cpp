// SPDX-License-Identifier: Apache-2.0
// `berth bake` builds several targets over one docker command, compared with docker buildx.
#include "support.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <set>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class BakeBuildTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = std::make_unique<World>();
        builder = world->builder("bake");
    }
    static void TearDownTestSuite() { world.reset(); }

    // A definition in its own file, with paths of the world.
    static std::vector<std::string> words(const std::string &definition,
                                          std::vector<std::string> more) {
        auto file = world->write("docker-bake.hcl", definition);
        more.insert(more.begin(), {"bake", "--builder", builder, "--progress", "plain", "--allow",
                                   "fs=*", "-f", file});
        return more;
    }
    static Result bake(const std::string &definition, std::vector<std::string> more = {},
                       const Variables &variables = {}) {
        return world->berth(words(definition, std::move(more)), variables);
    }
    static std::string content(const std::string &file) {
        std::ifstream in(world->path() / file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static json read(const std::string &file) { return json::parse(content(file), nullptr, false); }

    static std::string group(const std::string &names) {
        return "group \"default\" { targets = [" + names + "] }\n";
    }
    static std::string target(const std::string &name, const std::string &dockerfile,
                              const std::string &more = "") {
        return "target \"" + name + "\" {\n  context = \"" + world->folder("files") +
               "\"\n  dockerfile-inline = <<EOT\n" + dockerfile + "\nEOT\n" + more + "\n}\n";
    }

    static std::unique_ptr<World> world;
    static std::string builder;
};

std::unique_ptr<World> BakeBuildTest::world;
std::string BakeBuildTest::builder;

TEST_F(BakeBuildTest, OneDockerCommandAndOneReadOfASharedContext) {
    for (int i = 0; i < 30; ++i)
        world->write("files/f" + std::to_string(i), std::to_string(i));
    std::string names, definition;
    for (int i = 0; i < 10; ++i) {
        auto number = std::to_string(i);
        names += (i > 0 ? ", \"t" : "\"t") + number + '"';
        definition += target("t" + number, "FROM scratch\nCOPY . /x" + number,
                             "  output = [\"type=cacheonly\"]");
    }
    auto result = bake(group(names) + definition, {}, world->counting());
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(world->docker_commands(), ElementsAre(::testing::StartsWith("exec ")));
    // One step, since BuildKit asked for it once; the log returns to it when others draw meanwhile.
    std::set<std::string> reads;
    const std::regex read("(#[0-9]+) \\[[^\\]]*internal\\] load build context");
    for (std::sregex_iterator it(result.err.begin(), result.err.end(), read), end; it != end; ++it)
        reads.insert((*it)[1]);
    EXPECT_EQ(reads.size(), 1u) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("[t3 1/1] COPY . /x3"), HasSubstr("[t9 1/1] COPY")));
}

// A step without cache gives another result each time it runs.
TEST_F(BakeBuildTest, ATargetThatOthersUseIsBuiltOnce) {
    auto definition =
        group("\"left\", \"right\"") +
        target("base",
               "FROM busybox\nENV GREETING=hello\nRUN head -c 20 /dev/urandom | md5sum >/id",
               "  no-cache = true") +
        target("left", "FROM base\nRUN echo $GREETING >/left",
               "  contexts = { base = \"target:base\" }\n  output = [\"type=local,dest=" +
                   world->folder("left") + "\"]") +
        target("right", "FROM scratch\nCOPY --from=base /id /",
               "  contexts = { base = \"target:base\" }\n  output = [\"type=local,dest=" +
                   world->folder("right") + "\"]");
    for (const std::string jobs : {"fail-fast", "1", "defer-output,parallel=1", "defer-error"}) {
        auto result =
            bake(definition, {"--jobs", jobs, "--metadata-file", world->folder("m.json")});
        ASSERT_EQ(result.code, 0) << jobs << result.err;
        EXPECT_EQ(content("left/left"), "hello\n");
        EXPECT_EQ(content("left/id").size(), 36u);
        EXPECT_EQ(content("left/id"), content("right/id")) << jobs;
        auto metadata = read("m.json");
        for (const std::string name : {"base", "left", "right"})
            EXPECT_THAT(metadata[name]["buildx.build.ref"].get<std::string>(),
                        HasSubstr(builder + "/" + builder + "0/"));
        EXPECT_FALSE(metadata.contains("berth.targets"));
    }
}

TEST_F(BakeBuildTest, ImagesEqualThoseOfDockerBuildx) {
    auto first = world->image("first"), second = world->image("second");
    auto definition =
        group("\"first\", \"second\"") +
        target("first", "FROM busybox\nLABEL a=b", "  tags = [\"" + first + "\"]") +
        target("second", "FROM first\nRUN echo two >/two",
               "  contexts = { first = \"target:first\" }\n  tags = [\"" + second + "\"]");
    ASSERT_EQ(world->peer(words(definition, {"--load"})).code, 0);
    auto ids = std::pair(image_id(first), image_id(second));
    docker({"image", "rm", first, second});
    auto result = bake(definition, {"--load"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(std::pair(image_id(first), image_id(second)), ids);
}

TEST_F(BakeBuildTest, FailedAndSkippedTargetsAreReported) {
    auto definition =
        group("\"bad\", \"behind\", \"slow\"") +
        target("bad", "FROM busybox\nRUN echo reason && sleep 1 && exit 7") +
        target("behind", "FROM bad", "  contexts = { bad = \"target:bad\" }") +
        target("slow", "FROM busybox\nRUN sleep 4 && echo slow >/slow",
               "  no-cache = true\n  output = [\"type=local,dest=" + world->folder("slow") + "\"]");
    auto with = [&](const std::string &jobs) {
        std::filesystem::remove_all(world->folder("slow"));
        auto result =
            bake(definition, {"--jobs", jobs, "--metadata-file", world->folder("f.json")});
        EXPECT_EQ(result.code, 1) << jobs;
        EXPECT_THAT(result.err,
                    AllOf(HasSubstr("ERROR: target bad: failed to solve: process \"/bin/sh -c "
                                    "echo reason && sleep 1 && exit 7\" did not complete "
                                    "successfully: exit code: 7"),
                          HasSubstr(">>> RUN echo reason"), HasSubstr(" > [bad 2/2] RUN"),
                          HasSubstr("behind: aborted")));
        return read("f.json")["berth.targets"]["slow"]["state"].get<std::string>();
    };
    EXPECT_EQ(with("defer-error"), "succeeded");
    EXPECT_EQ(content("slow/slow"), "slow\n");
    EXPECT_EQ(with("fail-fast"), "aborted");
    EXPECT_EQ(content("slow/slow"), "");
    EXPECT_EQ(with("defer-output"), "aborted");
    EXPECT_EQ(content("slow/slow"), "");
    EXPECT_EQ(with("fail-fast,parallel=1"), "not started");
    // A program reads the states from the log.
    std::map<std::string, std::string> states;
    auto log = bake(definition, {"--jobs", "defer-error", "--progress", "rawjson"}).err;
    for (const auto &line : split(log, '\n')) {
        auto event = json::parse(line, nullptr, false);
        for (const auto &status :
             event.is_object() ? event.value("statuses", json::array()) : json())
            if (status.contains("name"))
                states[status["id"]] = status["name"];
    }
    EXPECT_EQ(states["bad: failed"], "failed");
    EXPECT_EQ(states["behind: aborted"], "aborted");
    EXPECT_EQ(states["slow: succeeded"], "succeeded");
}

TEST_F(BakeBuildTest, TheLogBeginsWithTheDefinitions) {
    auto file = world->write("docker-bake.hcl", "target \"default\" {}\n");
    auto log_of = [](const Result &result) {
        auto log = result.err.substr(0, result.err.find("ERROR"));
        return std::regex_replace(log, std::regex("( [0-9.]+s)? done|DONE [0-9.]+s"), " done");
    };
    for (const auto &options : {std::vector<std::string>{"--print", "-f", file},
                                {"--list", "targets", "-f", file},
                                {"--print", "-f", file + "x"}}) {
        auto words = options;
        words.insert(words.begin(), {"bake", "--progress", "plain"});
        auto theirs = world->peer(words), ours = world->berth(words);
        EXPECT_EQ(ours.code, theirs.code);
        EXPECT_EQ(ours.out, theirs.out);
        EXPECT_EQ(log_of(ours), log_of(theirs));
        EXPECT_THAT(ours.err, HasSubstr("#1 [internal] load local bake definitions\n#1 reading "));
    }
    auto named =
        world->berth({"bake", "--print", "--progress", "plain"}, {{"BUILDX_BAKE_FILE", file}});
    EXPECT_THAT(named.err, HasSubstr("load local bake definitions from BUILDX_BAKE_FILE env\n"));
}

TEST_F(BakeBuildTest, ACallsAnswerIsInTheMetadataFile) {
    auto definition = target("default", "from scratch\ncopy f1 /");
    std::vector<std::string> options = {"--call", "check,format=json", "--metadata-file",
                                        world->folder("call.json")};
    world->write("files/f1", "1");
    world->peer(words(definition, options));
    auto theirs = read("call.json")["default"];
    bake(definition, options);
    auto ours = read("call.json")["default"];
    EXPECT_EQ(ours["result.json"]["warnings"], theirs["result.json"]["warnings"]);
    EXPECT_EQ(ours["result.txt"], theirs["result.txt"]);
    EXPECT_EQ(ours.size(), theirs.size());
}

TEST_F(BakeBuildTest, AStoppedBuilderIsStartedForSeveralTargets) {
    ASSERT_EQ(world->berth({"stop", builder}).code, 0);
    auto result = bake(group("\"one\", \"two\"") + target("one", "FROM scratch\nLABEL a=1") +
                       target("two", "FROM scratch\nLABEL a=2"));
    EXPECT_EQ(result.code, 0) << result.err;
}

TEST_F(BakeBuildTest, ManyTargetsAtOnce) {
    std::string names, definition;
    for (int i = 0; i < 120; ++i) {
        auto number = std::to_string(i);
        names += (i > 0 ? ", \"n" : "\"n") + number + '"';
        definition += target("n" + number, "FROM scratch\nCOPY f1 /" + number,
                             "  output = [\"type=cacheonly\"]");
    }
    world->write("files/f1", "1");
    auto result = bake(group(names) + definition);
    EXPECT_EQ(result.code, 0) << result.err.substr(result.err.size() - 2000);
}

TEST_F(BakeBuildTest, CtrlCEndsAllTargets) {
    auto slow = [](const std::string &name) {
        return target(name, "FROM busybox\nRUN sleep 61 && echo " + name, "  no-cache = true");
    };
    auto argv = words(group("\"a\", \"b\"") + slow("a") + slow("b"), {});
    argv.insert(argv.begin(), BERTH_PROGRAM);
    auto begin = std::chrono::steady_clock::now();
    auto result = run_and_signal(
        argv, world->variables(),
        [&] { return std::chrono::steady_clock::now() - begin > std::chrono::seconds(3); }, 2);
    EXPECT_EQ(result.code, 130) << result.err;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
    EXPECT_THAT(result.err, HasSubstr("cancelled"));
    // What had no turn yet did not start.
    begin = std::chrono::steady_clock::now();
    argv.insert(argv.end(), {"--jobs", "defer-error,parallel=1"});
    result = run_and_signal(
        argv, world->variables(),
        [&] { return std::chrono::steady_clock::now() - begin > std::chrono::seconds(3); }, 2);
    EXPECT_EQ(result.code, 130) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("[internal] target results\n"), HasSubstr("a: aborted"),
                                  HasSubstr("b: not started")));
}

} // namespace
} // namespace berth::test
