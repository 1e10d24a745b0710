// SPDX-License-Identifier: Apache-2.0
// Secrets, keys and registry credentials reach the build and nothing else.
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <csignal>

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecretsTest : public ::testing::Test {
  protected:
    World world;

    static std::string container(const std::string &builder) {
        return "buildx_buildkit_" + builder + "0";
    }
    // The builder's files that hold `secret`, where programs keep files of their own. BuildKit's
    // mount for a step that runs is one of them: /tmp/buildkit-secrets….
    static std::string files_with(const std::string &secret, const std::string &builder) {
        return docker({"exec", container(builder), "sh", "-c",
                       "grep -rlF -- \"$1\" /dev/shm /tmp /var/lib/buildkit/berth 2>/dev/null",
                       "sh", secret})
            .out;
    }
};

TEST_F(SecretsTest, FilesAndVariablesReachTheBuildAndNothingElse) {
    world.write(
        "app/Dockerfile",
        "FROM busybox\nRUN --mount=type=secret,id=file --mount=type=secret,id=variable "
        "--mount=type=secret,id=BARE cd /run/secrets && cat file variable BARE | md5sum >/sum\n");
    auto file = world.write("token.txt", "from-a-file");
    auto builder = world.builder("secrets");
    Variables variables = {{"OF_SECRET", "from-a-variable"}, {"BARE", "from-its-name"}};
    auto ours = world.image("ours"), theirs = world.image("theirs");
    auto words = [&](const std::string &tag) {
        return std::vector<std::string>{"build",
                                        "--builder",
                                        builder,
                                        "--load",
                                        "-t",
                                        tag,
                                        "--secret",
                                        "id=file,src=" + file,
                                        "--secret",
                                        "type=env,id=variable,env=OF_SECRET",
                                        "--secret",
                                        "id=BARE",
                                        world.folder("app")};
    };
    auto debugged = words(ours);
    debugged.emplace_back("--debug");
    auto mine = world.berth(debugged, variables);
    ASSERT_EQ(mine.code, 0) << mine.err;
    ASSERT_EQ(world.peer(words(theirs), variables).code, 0);
    EXPECT_EQ(image_id(ours), image_id(theirs));

    auto dry = words(ours);
    dry.emplace_back("--dry-run");
    auto printed = world.berth(dry, variables);
    EXPECT_EQ(printed.code, 0) << printed.err;
    EXPECT_THAT(printed.out, HasSubstr("printf %s \"$OF_SECRET\" | docker exec"));
    auto shown = docker({"inspect", container(builder)}).out;
    for (const auto *secret : {"from-a-file", "from-a-variable", "from-its-name"})
        for (const auto &text : {mine.out + mine.err, printed.out + printed.err, shown})
            EXPECT_THAT(text, Not(HasSubstr(secret)));
    for (const auto *secret : {"from-a-file", "from-a-variable", "from-its-name"})
        EXPECT_EQ(files_with(secret, builder), "");
    EXPECT_EQ(world.berth(words(ours), variables).code, 0);
}

TEST_F(SecretsTest, NoFileOfTheBuilderContainsThemAfterAFailureOrAKill) {
    world.write("fails/Dockerfile",
                "FROM busybox\nRUN --mount=type=secret,id=s test -s /run/secrets/s && exit 3\n");
    world.write("hangs/Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=s "
                                    "test -s /run/secrets/s && sleep 300\n");
    const std::string secret = "secret-" + world.name("s");
    auto file = world.write("s", secret);
    auto builder = world.builder("gone");
    // The search finds a file that is there.
    ASSERT_EQ(
        docker({"exec", container(builder), "sh", "-c", "echo \"$1\" >/tmp/planted", "sh", secret})
            .code,
        0);
    EXPECT_EQ(files_with(secret, builder), "/tmp/planted\n");
    docker({"exec", container(builder), "rm", "/tmp/planted"});

    auto failed = world.berth(
        {"build", "--builder", builder, "--secret", "id=s,src=" + file, world.folder("fails")});
    EXPECT_EQ(failed.code, 1);
    EXPECT_THAT(failed.err, HasSubstr("exit code: 3"));
    EXPECT_EQ(files_with(secret, builder), "");
    std::string during = "the step never ran";
    run_and_signal(
        {BERTH_PROGRAM, "build", "--builder", builder, "--secret", "id=s,src=" + file,
         world.folder("hangs")},
        world.variables(),
        [&] {
            auto processes = docker({"exec", container(builder), "ps"}).out;
            if (processes.find("sleep 300") == std::string::npos)
                return false;
            during.clear();
            for (const auto &name : split(trim(files_with(secret, builder)), '\n'))
                if (!name.starts_with("/tmp/buildkit-secrets"))
                    during += name;
            return true;
        },
        SIGKILL);
    EXPECT_EQ(during, "");
    // BuildKit ends the step first.
    for (int i = 0; i < 100 && !files_with(secret, builder).empty(); ++i)
        run({"sleep", "0.1"});
    EXPECT_EQ(files_with(secret, builder), "");
}

TEST_F(SecretsTest, ErrorsAreLikeDockerBuildxs) {
    world.write("app/Dockerfile", "FROM busybox\n");
    auto builder = world.builder("wrong", {}, false);
    struct Case {
        std::vector<std::string> words;
        const char *said;
    };
    for (const auto &[words, said] : {
             Case{{"--secret", "type=vault,id=x"}, "unsupported secret type \"vault\""},
             Case{{"--secret", "id"}, "invalid field 'id' must be a key=value pair"},
             Case{{"--secret", "id=x,colour=red"}, "unexpected key 'colour' in 'colour=red'"},
             Case{{"--secret", "id=x,src=/none/at/all"}, "failed to stat /none/at/all"},
         }) {
        std::vector<std::string> all = {"build", "--builder", builder, world.folder("app")};
        all.insert(all.end(), words.begin(), words.end());
        auto ours = world.berth(all);
        EXPECT_NE(ours.code, 0) << said;
        EXPECT_THAT(ours.err, HasSubstr(said));
        EXPECT_THAT(world.peer(all).err, HasSubstr(said));
    }
}

// A registry that wants a name and a password, in the network that the builder shares.
TEST_F(SecretsTest, CredentialsAreLookedUpWhenARegistryNeedsThem) {
    world.write("app/Dockerfile", "FROM busybox\nRUN echo one >/one\n");
    world.write("htpasswd", "me:$2y$05$abcdefghijklmnopqrstuuHIrMEWpUCQe2YqFR3sXwQ75u4od..9q\n");
    world.write("registry.yml",
                "version: 0.1\nstorage: {filesystem: {rootdirectory: " + world.folder("data") +
                    "}}\nhttp: {addr: '127.0.0.1:21500'}\nauth: {htpasswd: {realm: "
                    "x, path: " +
                    world.folder("htpasswd") + "}}\n");
    world.beside_the_builder("registry",
                             {"docker-registry", "serve", world.folder("registry.yml")});
    auto builder = world.builder("private", {"--driver-opt", "network=host"});
    const std::string host = "127.0.0.1:21500";
    auto push = [&](const Variables &variables) {
        return world.berth(
            {"build", "--builder", builder, "--push", "-t", host + "/app", world.folder("app")},
            variables);
    };
    auto none = push({{"DOCKER_CONFIG", world.folder("empty")}});
    EXPECT_EQ(none.code, 1);
    EXPECT_THAT(none.err, HasSubstr("401 Unauthorized"));

    world.write("auths/config.json",
                R"({"auths":{")" + host + R"(":{"auth":")" + base64_encode("me:pw") + R"("}}})");
    auto pushed = push({{"DOCKER_CONFIG", world.folder("auths")}});
    EXPECT_EQ(pushed.code, 0) << pushed.err;
    EXPECT_THAT(pushed.err, Not(HasSubstr("pw")));

    world.write("bin/docker-credential-counting",
                "#!/bin/sh\nread -r host\necho \"$1 $host\" >>" + world.folder("calls") +
                    "\necho '{\"Username\":\"me\",\"Secret\":\"pw\"}'\n",
                0755);
    world.write("helper/config.json", R"({"credHelpers":{")" + host + R"(":"counting"}})");
    world.write("app/Dockerfile", "FROM " + host + "/app\nRUN echo two >/two\n");
    const char *path = std::getenv("PATH");
    Variables helped = {{"DOCKER_CONFIG", world.folder("helper")},
                        {"PATH", world.folder("bin") + ":" + (path == nullptr ? "" : path)}};
    auto built = push(helped);
    EXPECT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(read_file(world.path() / "calls"), "get " + host + "\n")
        << "once, for this host alone";
    // A build without a registry looks up no credentials.
    world.write("app/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    auto alone = world.berth({"build", "--builder", builder, world.folder("app")}, helped);
    EXPECT_EQ(alone.code, 0) << alone.err;
    EXPECT_EQ(count(read_file(world.path() / "calls"), "get"), 1u);
}

} // namespace
} // namespace berth::test
