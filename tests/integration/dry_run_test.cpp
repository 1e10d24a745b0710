// SPDX-License-Identifier: Apache-2.0
// The output of --dry-run, pasted into a shell, must do what berth does.
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DryRunTest : public ::testing::Test {
  protected:
    World world;

    // Pastes the lines into sh, with berth on the PATH.
    Result paste(const std::string &lines) {
        auto path =
            std::filesystem::path(BERTH_PROGRAM).parent_path().string() + ":" + std::getenv("PATH");
        return run({"sh", "-e"}, world.variables({{"PATH", path}}), lines);
    }
};

TEST_F(DryRunTest, ABuildWithoutABuilder) {
    auto image = world.image("pasted");
    world.write("app/Dockerfile",
                "FROM busybox\nCOPY . /app/\nCMD [\"cat\", \"/app/it's here\"]\n");
    world.write("app/it's here", "pasted\n");
    world.write("app/left out", "x");
    world.write("app/.dockerignore", "left*\n");
    auto builder = world.builder("pasted", {}, false);
    auto dry = world.berth({"build", "--builder", builder, "--dry-run", "--load", "-t", image,
                            "--build-arg", "A=b c", world.folder("app")});
    ASSERT_EQ(dry.code, 0) << dry.err;
    EXPECT_TRUE(inspect("buildx_buildkit_" + builder + "0").is_null()) << "a dry run makes nothing";
    EXPECT_THAT(dry.out, HasSubstr("\ndocker create --name buildx_buildkit_" + builder + "0 "));

    auto pasted = paste(dry.out);
    ASSERT_EQ(pasted.code, 0) << dry.out << pasted.err;
    EXPECT_EQ(docker({"run", "--rm", image}).out, "pasted\n");
    EXPECT_EQ(docker({"run", "--rm", image, "ls", "/app"}).out, "Dockerfile\nit's here\n");

    auto real = world.image("real");
    ASSERT_EQ(world
                  .berth({"build", "--builder", builder, "--load", "-t", real, "--build-arg",
                          "A=b c", world.folder("app")})
                  .code,
              0);
    EXPECT_EQ(image_id(real), image_id(image));
}

TEST_F(DryRunTest, OutputsToFilesAndDirectories) {
    world.write("app/Dockerfile", "FROM scratch\nCOPY a /\n");
    world.write("app/a", "a");
    auto builder = world.builder("outputs");
    auto folder = world.folder("a folder"), file = world.folder("file.tar");
    for (const auto &output : {folder, "type=oci,dest=" + file}) {
        auto dry = world.berth(
            {"--dry-run", "build", "--builder", builder, "-o", output, world.folder("app")});
        ASSERT_EQ(dry.code, 0) << dry.err;
        auto pasted = paste(dry.out);
        ASSERT_EQ(pasted.code, 0) << dry.out << pasted.err;
    }
    EXPECT_EQ(run({"cat", folder + "/a"}).out, "a");
    EXPECT_THAT(run({"tar", "tf", file}).out, HasSubstr("index.json"));
}

TEST_F(DryRunTest, ADockerfileFromAnAddress) {
    world.write("site/it's Dockerfile", "FROM scratch\nCOPY a /copied\n");
    world.write("app/a", "a");
    auto builder = world.builder("address");
    ASSERT_EQ(docker({"run", "--detach", "--name", world.name("site"), "--network",
                      "container:buildx_buildkit_" + builder + "0", "--volume",
                      world.folder("site") + ":/site:ro", "--entrypoint", "httpd", "busybox", "-f",
                      "-p", "127.0.0.1:21484", "-h", "/site"})
                  .code,
              0);
    const std::string address = "http://127.0.0.1:21484/it's%20Dockerfile";
    auto build = [&](const std::string &folder, const std::vector<std::string> &more) {
        std::vector<std::string> words = {"build", "--builder", builder, "-f",
                                          address, "-o",        folder,  world.folder("app")};
        words.insert(words.end(), more.begin(), more.end());
        return world.berth(words);
    };
    auto dry = build(world.folder("pasted"), {"--dry-run"});
    ASSERT_EQ(dry.code, 0) << dry.err;
    auto pasted = paste(dry.out);
    EXPECT_EQ(pasted.code, 0) << dry.out << pasted.err;
    EXPECT_EQ(run({"cat", world.folder("pasted/copied")}).out, "a");
    EXPECT_EQ(build(world.folder("real"), {}).code, 0);
    EXPECT_EQ(run({"cat", world.folder("real/copied")}).out, "a");
}

TEST_F(DryRunTest, CreateStopAndRemove) {
    auto name = world.name("made");
    auto create = world.berth({"create", "--name", name, "--bootstrap", "--dry-run", "--driver-opt",
                               "memory=512m,\"env.A=b c\""});
    ASSERT_EQ(create.code, 0) << create.err;
    EXPECT_THAT(world.berth({"ls"}).out, Not(HasSubstr(name)));
    ASSERT_EQ(paste(create.out).code, 0) << create.out;
    auto made = inspect("buildx_buildkit_" + name + "0");
    ASSERT_FALSE(made.is_null());
    EXPECT_EQ(made["HostConfig"]["Memory"], 512 << 20);

    ASSERT_EQ(world.berth({"create", "--name", name}).code, 0);
    auto stop = world.berth({"stop", name, "--dry-run"});
    ASSERT_EQ(paste(stop.out).code, 0) << stop.out;
    EXPECT_EQ(inspect("buildx_buildkit_" + name + "0")["State"]["Status"], "exited");
    auto remove = world.berth({"rm", name, "--dry-run"});
    EXPECT_FALSE(inspect("buildx_buildkit_" + name + "0").is_null());
    ASSERT_EQ(paste(remove.out).code, 0) << remove.out;
    EXPECT_TRUE(inspect("buildx_buildkit_" + name + "0").is_null());
}

TEST_F(DryRunTest, DebugShowsTheCommandsWithTimeAndExitCode) {
    auto builder = world.builder("debug");
    auto result = world.berth({"--debug", "stop", builder});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.err,
                ::testing::ContainsRegex("\\+ docker .*container stop buildx_buildkit_" + builder +
                                         "0  # [0-9.]+s, exit 0\n"));
}

} // namespace
} // namespace berth::test
