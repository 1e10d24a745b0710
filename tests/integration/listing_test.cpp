// SPDX-License-Identifier: Apache-2.0
// The output of ls, inspect, du and prune, compared with docker buildx; many processes at once;
// broken records.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <future>
#include <regex>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class ListingTest : public ::testing::Test {
  protected:
    World world;

    // Without the rows of docker contexts, whose BuildKit the docker CLI cannot query.
    static std::string without_contexts(const std::string &text) {
        std::string kept;
        for (const auto &line : split(text, '\n'))
            if (line.find("default") == std::string::npos)
                kept += line + "\n";
        return kept;
    }
    static std::string without_ages(const std::string &text) {
        static const std::regex age(R"((\d+|About an?|Less than a) (seconds?|minutes?) ago)");
        return std::regex_replace(text, age, "AGE");
    }
};

TEST_F(ListingTest, TemplatesPrintTheSameAsDockerBuildx) {
    auto running = world.builder("running", {"--driver-opt", "memory=600m"});
    world.builder("stopped", {"--platform", "linux/arm64"}, false);
    for (const auto *format :
         {"{{.Name}}", "{{.Name}}: {{.DriverEndpoint}} {{.Status}} {{.Buildkit}}",
          "{{.Name}} {{.LastActivity}}|{{upper .Platforms}}",
          "table {{.Name}}\\t{{.Status}}\\t{{.Platforms}}",
          "table {{.DriverEndpoint}}\\t{{.LastActivity}}"}) {
        auto ours = world.berth({"ls", "--format", format});
        EXPECT_EQ(ours.code, 0) << ours.err;
        EXPECT_EQ(without_contexts(ours.out),
                  without_contexts(world.peer({"ls", "--format", format}).out))
            << format;
    }
    auto refused = world.berth({"ls", "--format", "{{.Nome}}"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("there is no field .Nome"));
    EXPECT_EQ(world
                  .berth({"inspect", "--format",
                          "{{.Driver}}{{range .Nodes}} {{.Status}} {{.DriverOpts.memory}}{{end}}",
                          running})
                  .out,
              "docker-container running 600m\n");
}

TEST_F(ListingTest, JsonHasTheFieldsOfDockerBuildx) {
    auto name = world.builder("json", {"--driver-opt", "env.A=b"});
    auto line_of = [&](const std::string &text) {
        for (const auto &line : split(text, '\n'))
            if (line.find("\"" + name + "\"") != std::string::npos)
                return json::parse(line);
        return json();
    };
    auto theirs = line_of(world.peer({"ls", "--format", "json"}).out);
    auto ours = line_of(world.berth({"ls", "--format", "json"}).out);
    ASSERT_TRUE(theirs.is_object());
    EXPECT_EQ(ours, theirs);
    EXPECT_EQ(json::parse(world.berth({"inspect", "--format", "json", name}).out), ours);
}

TEST_F(ListingTest, DiskUsageEqualsDockerBuildxs) {
    world.write("app/Dockerfile", "FROM busybox\nRUN echo one >/a\nRUN echo two >/b\n");
    auto name = world.builder("du");
    ASSERT_EQ(world.berth({"build", "--builder", name, world.folder("app")}).code, 0);
    for (const auto &options : std::initializer_list<std::vector<std::string>>{
             {},
             {"--verbose"},
             {"--format", "json"},
             {"--filter", "type=regular"},
             {"--format", "table {{.ID}}\\t{{.Type}}\\t{{.Size}}"},
             {"--format", "{{.ID}} {{.Parents}} {{.Description}}"}}) {
        std::vector<std::string> words = {"du", "--builder", name};
        words.insert(words.end(), options.begin(), options.end());
        auto ours = world.berth(words), theirs = world.peer(words);
        EXPECT_EQ(ours.code, 0) << ours.err;
        EXPECT_EQ(without_ages(ours.out), without_ages(theirs.out)) << join(options, " ");
    }
    auto counted = world.berth({"du", "--builder", name}, world.counting());
    EXPECT_EQ(world.docker_commands().size(), 1u);

    auto kept = world.berth({"prune", "--builder", name}, {}, "n\n");
    EXPECT_EQ(kept.code, 0) << kept.err;
    EXPECT_THAT(kept.out, HasSubstr("WARNING! This will remove all dangling build cache."));
    auto pruned = world.berth({"prune", "--builder", name, "--force", "--all"});
    EXPECT_EQ(pruned.code, 0) << pruned.err;
    EXPECT_THAT(pruned.out, HasSubstr("Total:"));
    EXPECT_THAT(world.berth({"du", "--builder", name}).out, Not(HasSubstr("kB")));
}

TEST_F(ListingTest, OrphansBelongToNoBuilder) {
    auto kept = world.builder("kept"), gone = world.builder("gone");
    ASSERT_EQ(world.berth({"rm", "--keep-daemon", gone}).code, 0);
    auto container = "buildx_buildkit_" + gone + "0";
    // Other tests' builders are in other stores, and so orphans to this one: nothing is removed
    // here that a dry run would name.
    auto dry = world.berth({"prune", "--orphans", "--dry-run"});
    EXPECT_EQ(dry.code, 0) << dry.err;
    EXPECT_THAT(dry.out, HasSubstr(container));
    EXPECT_THAT(dry.out, HasSubstr(container + "_state"));
    EXPECT_THAT(dry.out, Not(HasSubstr(kept)));
    EXPECT_FALSE(inspect(container).is_null());
    // With a remote builder: on the engine in use.
    auto remote = world.name("remote");
    ASSERT_EQ(
        world.berth({"create", "--driver", "remote", "--name", remote, "tcp://127.0.0.1:9"}).code,
        0);
    auto beside = world.berth({"prune", "--builder", remote, "--orphans", "--dry-run"});
    EXPECT_EQ(beside.code, 0) << beside.err;
    EXPECT_THAT(beside.out, HasSubstr(container));
    auto asked = world.berth({"prune", "--orphans"});
    EXPECT_EQ(asked.code, 0);
    EXPECT_THAT(asked.out, HasSubstr("container " + container));
    EXPECT_THAT(asked.out, HasSubstr("[y/N]")); // an empty standard input says no
    EXPECT_FALSE(inspect(container).is_null());
}

TEST_F(ListingTest, ABuilderWithABrokenFileCanBeRemoved) {
    auto name = world.builder("broken");
    auto container = "buildx_buildkit_" + name + "0";
    world.write("store/instances/" + name, "{\"Name\":");
    auto refused = world.berth({"rm", name});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("berth rm --force " + name));
    EXPECT_FALSE(inspect(container).is_null());
    auto removed = world.berth({"rm", "--force", name});
    EXPECT_EQ(removed.code, 0) << removed.err;
    EXPECT_TRUE(inspect(container).is_null());
    EXPECT_NE(docker({"volume", "inspect", container + "_state"}).code, 0);
    EXPECT_EQ(world.berth({"inspect", name}).code, 4);
}

TEST_F(ListingTest, ShowsWhyABuildkitdDied) {
    auto name = world.builder("died", {"--driver-opt", "restart-policy=no"});
    auto container = "buildx_buildkit_" + name + "0";
    ASSERT_EQ(docker({"rm", "--force", container}).code, 0);
    docker({"run", "--name", container, "--entrypoint", "sh", "moby/buildkit:buildx-stable-1", "-c",
            "echo the reason >&2; exit 7"});
    auto shown = world.berth({"inspect", name});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("buildkitd ended: exit code 7"));
    EXPECT_THAT(shown.out, HasSubstr(" > the reason"));
    EXPECT_THAT(world.berth({"ls"}).err, HasSubstr(name + "0): buildkitd ended: exit code 7"));
}

// Twenty processes on one store: the result is consistent, without stray files.
TEST_F(ListingTest, TwentyProcessesAtOnce) {
    auto shared = world.builder("shared", {}, false);
    std::vector<std::future<std::string>> workers;
    for (int i = 0; i < 20; ++i)
        workers.push_back(std::async(std::launch::async, [&, i] {
            auto own = world.name("own" + std::to_string(i));
            std::string failures;
            auto step = [&](const std::vector<std::string> &words) {
                auto result = world.berth(words);
                if (result.code != 0)
                    failures += join(words, " ") + ": " + result.err;
            };
            step({"create", "--name", own});
            step({"ls"});
            if (i % 4 == 0)
                step({"inspect", "--bootstrap", shared});
            if (i % 5 == 0)
                step({"inspect", "--bootstrap", own});
            step({"use", own});
            step({"ls", "--format", "json"});
            step({"rm", own});
            return failures;
        }));
    for (auto &worker : workers)
        EXPECT_EQ(worker.get(), "");
    EXPECT_EQ(inspect("buildx_buildkit_" + shared + "0")["State"]["Status"], "running");
    auto listed = world.berth({"ls"}).out;
    EXPECT_THAT(listed, HasSubstr(shared));
    EXPECT_THAT(listed, Not(HasSubstr(world.name("own"))));
    for (const auto &what : {"container", "volume"}) {
        auto names = docker({what, "ls", "--quiet", "--filter", "name=" + world.name("own")}).out;
        EXPECT_EQ(names, "") << what;
    }
    EXPECT_THAT(world.peer({"ls"}).out, HasSubstr(shared));
}

} // namespace
} // namespace berth::test
