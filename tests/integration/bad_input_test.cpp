// SPDX-License-Identifier: Apache-2.0
// Invalid commands and values: a nonzero exit code, one clear line that names the value, and no
// leftovers.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Mistake {
    std::vector<std::string> arguments;
    int code;
    const char *says;
    const char *hint = "";
};

class BadInputTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("mistakes");
        world->write("app/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        world->write("file", "");
        world->write("folder/Dockerfile/x", "");
        world->write("empty/x", "");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static void expect(const Mistake &mistake, const Variables &variables = {}) {
        auto result = world->berth(mistake.arguments, variables);
        auto line = join(mistake.arguments, " ") + "\n" + result.err;
        EXPECT_EQ(result.code, mistake.code) << line;
        EXPECT_EQ(count("\n" + result.err, "\nERROR: "), 1u) << line;
        EXPECT_THAT(result.err, HasSubstr(mistake.says)) << line;
        EXPECT_THAT(result.err, HasSubstr(mistake.hint)) << line;
        EXPECT_EQ(result.out, "") << line;
    }
    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(BadInputTest, CommandsAndFlags) {
    for (const auto &mistake : std::vector<Mistake>{
             {{"bulid"}, 2, "unknown command: \"bulid\"", "did you mean 'build'?"},
             {{"xyzzy"}, 2, "unknown command: \"xyzzy\"", "berth --help"},
             {{"build", "--laod", "."}, 2, "unknown flag: --laod", "did you mean --load?"},
             {{"ls", "-z"}, 2, "unknown shorthand flag: 'z' in -z", "berth ls --help"},
             {{"build"}, 2, "'berth build' requires 1 argument"},
             {{"build", "a", "b"}, 2, "'berth build' requires 1 argument"},
             {{"ls", "extra"}, 2, "'berth ls' requires 0 arguments"},
             {{"use"}, 2, "a builder's name cannot be empty"},
             {{"build", "--tag"}, 2, "--tag"},
             {{"build", "--progress", "foo", "."}, 2, "invalid progress mode 'foo'"},
             {{"ls", "--format", "xml"}, 2, "invalid format \"xml\""},
         })
        expect(mistake);
}

TEST_F(BadInputTest, Builders) {
    auto name = world->name("never");
    for (const auto &mistake : std::vector<Mistake>{
             {{"create", "--name", name, "--driver-opt", "memroy=1g"},
              2,
              "invalid driver option memroy",
              "did you mean memory?"},
             {{"create", "--name", name, "--driver-opt", "memory=abc"}, 2, "invalid size: 'abc'"},
             {{"create", "--name", name, "--driver-opt", "cpu-quota=1.5"}, 2, "'1.5'"},
             {{"create", "--name", name, "--driver-opt", "default-load=maybe"}, 2, "'maybe'"},
             {{"create", "--name", name, "--driver-opt", "restart-policy=sometimes"},
              2,
              "'sometimes'"},
             {{"create", "--name", name, "--driver-opt", "env.=x"}, 2, "env option"},
             {{"create", "--name", name, "--driver-opt", "foo"},
              2,
              "invalid value \"foo\", expecting k=v"},
             {{"create", "--name", "1abc"}, 2, "invalid name 1abc"},
             {{"create", "--name", "../up"}, 2, "invalid name ../up"},
             {{"create", "--name", "default"}, 2, "default is a reserved name"},
             {{"create", "--name", builder}, 2, "no append mode", "berth rm"},
             {{"create", "--name", name, "--driver", "foo"}, 2, "failed to find driver \"foo\""},
             {{"create", "--name", name, "--driver", "kubernetes"}, 2, "kubernetes", "remote"},
             {{"create", "--name", name, "--driver", "cloud"}, 2, "\"cloud\" is not supported"},
             {{"dap", "build", "--load", "."}, 2, "\"dap\" is not supported", "--target STAGE"},
             {{"--debug", "debug", "--on=error", "build"}, 2, "\"debug\" is not supported"},
             {{"policy", "eval", "--print", "x"}, 2, "\"policy\" is not supported", "opa eval"},
             {{"replay", "build", "x"}, 2, "\"replay\" is not supported", "SOURCE_DATE_EPOCH"},
             {{"create", "--name", name, "nosuchcontext"}, 2, "nosuchcontext", "docker context ls"},
             {{"create", "--name", name, "--buildkitd-config", "/nonexistent"},
              2,
              "buildkit configuration file not found: /nonexistent"},
             {{"create", "--name", name, "--append"}, 4, "for append"},
             {{"create", "--leave"}, 2, "leave requires instance name"},
             {{"create", "--name", name, "--platform", "linux/a/b/c"}, 2, "linux/a/b/c"},
             {{"create", "--name", name, "--timeout", "soon"}, 2, "--timeout"},
             {{"inspect", "nosuch"}, 4, "no builder \"nosuch\" found", "berth ls"},
             {{"stop", "nosuch"}, 4, "no builder \"nosuch\" found"},
             {{"rm", "nosuch"}, 4, "no builder \"nosuch\" found"},
             {{"use", "nosuch"}, 4, "no builder \"nosuch\" found"},
             {{"use", builder + "x"}, 4, "no builder", builder.c_str()},
             {{"build", "--builder", "nosuch", world->folder("app")},
              4,
              "no builder \"nosuch\" found"},
             {{"rm", "default"}, 2, "context builder cannot be removed"},
         })
        expect(mistake);
    EXPECT_THAT(world->berth({"ls"}).out, ::testing::Not(HasSubstr(name)));
}

TEST_F(BadInputTest, Builds) {
    auto app = world->folder("app");
    auto build = [&](std::vector<std::string> words, int code, const char *says,
                     const char *hint = "") {
        words.insert(words.begin(), {"build", "--builder", builder});
        expect({words, code, says, hint});
    };
    build({world->folder("nosuch")}, 1, "failed to build: unable to prepare context: path");
    build({world->folder("file")}, 1, "is not a directory");
    build({"-"}, 1, "standard input is empty", "write a Dockerfile");
    build({"-f", "-", app}, 1, "standard input is empty", "write a Dockerfile");
    build({"--ssh", "default", app}, 1, "invalid empty ssh agent socket", "--ssh default=KEY");
    build({"--secret", "id=x,src=/none", app}, 1, "failed to stat /none", "src=");
    build({"--call", "check,outline", app}, 2, "check,outline", "one method");
    build({"--call", "check,form=json", app}, 2, "form=json", "format=json");
    build({world->folder("empty")}, 1, "failed to read dockerfile: open Dockerfile: no such file");
    build({world->folder("folder")}, 1, "Dockerfile is a directory");
    build({"-f", "nofile", app}, 1, "open nofile: no such file or directory", "--file");
    build({"-t", "UPPER", app}, 2, "invalid tag \"UPPER\": repository name must be lowercase");
    build({"--push", app}, 2, "tag is needed when pushing to registry", "--tag");
    build({"--platform", "a/b/c/d", app}, 2, "cannot parse platform specifier");
    build({"--shm-size", "abc", app}, 2, "invalid size: 'abc'");
    build({"--build-arg", "=x", app}, 2, "empty key");
    build({"-o", "type=foo", app}, 2, "unknown output type \"foo\"");
    build({"-o", "type=local", app}, 2, "dest is required");
    build({"-o", "type=tar,dest=" + world->folder("app"), app}, 1, "cannot write ");
    build({"-o", "type=tar,dest=" + world->folder("app/Dockerfile/x.tar"), app}, 1,
          "cannot write ");
    build({"--target", "nosuch", app}, 1, "target stage \"nosuch\" could not be found");
}

TEST_F(BadInputTest, NoDockerAndNoEngine) {
    world->write("bin/none", "");
    expect({{"build", "--builder", builder, world->folder("app")},
            3,
            "cannot run",
            "install the docker CLI"},
           {{"PATH", world->folder("bin")}, {"BERTH_DOCKER", ""}});
    expect({{"inspect", "--bootstrap", builder}, 3, "no-such-docker", "BERTH_DOCKER"},
           {{"BERTH_DOCKER", "no-such-docker"}});
    auto name = world->name("unreachable");
    // The CLIs differ: "Cannot connect to the Docker daemon at …", "failed to connect to the docker
    // API at …".
    auto docker_says =
        run({docker_program(), "--host", "unix:///nonexistent.sock", "container", "inspect", "x"})
            .err;
    ASSERT_THAT(docker_says, ContainsRegex("onnect to the .* at unix:///nonexistent.sock"));
    docker_says.resize(docker_says.find(".sock") + 5);
    expect({{"create", "--name", name, "--bootstrap", "unix:///nonexistent.sock"},
            3,
            docker_says.c_str(),
            "docker context use"});
    EXPECT_THAT(world->berth({"ls"}).out, ::testing::Not(HasSubstr(name)));
}

TEST_F(BadInputTest, ABuilderWithoutItsEngineIsListedAndCanBeRemoved) {
    auto name = world->name("gone");
    ASSERT_EQ(world->berth({"create", "--name", name, "unix:///nonexistent.sock"}).code, 3);
    // One that was there once.
    world->write("store/instances/" + name,
                 R"({"Name":")" + name +
                     R"(","Driver":"docker-container","Nodes":[{"Name":"gone0",)"
                     R"("Endpoint":"unix:///nonexistent.sock"}]})");
    auto listed = world->berth({"ls"});
    EXPECT_EQ(listed.code, 0);
    EXPECT_THAT(listed.out, HasSubstr("error"));
    auto record = read_file(world->folder("store/instances/" + name));
    expect({{"rm", name}, 3, "node gone0", "berth prune --orphans"});
    EXPECT_THAT(world->berth({"ls"}).out, ::testing::Not(HasSubstr(name)));
    world->write("store/instances/" + name, record);
    EXPECT_EQ(world->berth({"rm", "--force", name}).code, 0);
    EXPECT_THAT(world->berth({"ls"}).out, ::testing::Not(HasSubstr(name)));
}

TEST_F(BadInputTest, ABrokenStoreFileHidesNoOtherBuilder) {
    world->write("store/instances/broken", "{\"Name\":");
    auto listed = world->berth({"ls"});
    EXPECT_EQ(listed.code, 0);
    EXPECT_THAT(listed.out, HasSubstr(builder));
    EXPECT_THAT(listed.err, HasSubstr("instances/broken"));
    expect({{"inspect", "broken"}, 1, "instances/broken"});
    std::filesystem::remove(world->path() / "store/instances/broken");
}

} // namespace
} // namespace berth::test
