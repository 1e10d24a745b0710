// SPDX-License-Identifier: Apache-2.0
// `berth ensure` and `berth upgrade`, called repeatedly on a real engine.
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EnsureTest : public ::testing::Test {
  protected:
    World world;
    std::string name = world.name("e");

    std::string container() { return "buildx_buildkit_" + name + "0"; }
    Result ensure(std::vector<std::string> options) {
        options.insert(options.begin(), {"ensure", "--name", name});
        return world.berth(options);
    }
    Result ensure_reaching(const std::vector<std::string> &options) {
        auto all = config_options();
        all.insert(all.end(), options.begin(), options.end());
        return ensure(all);
    }
    std::string id() { return inspect(container())["Id"]; }
};

TEST_F(EnsureTest, CreatesThenReusesThenReportsDifferences) {
    auto created = ensure({"--driver-opt", "memory=512m", "--bootstrap"});
    ASSERT_EQ(created.code, 0) << created.err;
    EXPECT_EQ(created.out, name + "\n");
    EXPECT_THAT(created.err, HasSubstr(name + ": created\n"));
    auto first = id();

    auto again = ensure({"--driver-opt", "memory=512m", "--bootstrap"});
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(again.err, name + ": unchanged\n");
    EXPECT_EQ(again.out, name + "\n");

    auto other = ensure({"--driver-opt", "memory=1g", "--env", "TOKEN=secret", "--platform",
                         "linux/arm64", "--run-arg", "--hostname=x"});
    EXPECT_EQ(other.code, 6) << other.err;
    EXPECT_EQ(other.out, "");
    EXPECT_THAT(other.err, HasSubstr("driver option memory is \"512m\", not \"1g\""));
    EXPECT_THAT(other.err, HasSubstr("driver option env.TOKEN is not set"));
    EXPECT_THAT(other.err, HasSubstr("platforms are not set, not \"linux/arm64\""));
    EXPECT_THAT(other.err, HasSubstr("run arguments are not set, not \"--hostname=x\""));
    EXPECT_THAT(other.err, HasSubstr("--recreate"));
    EXPECT_THAT(other.err, Not(HasSubstr("secret")));
    EXPECT_EQ(id(), first) << "nothing is changed";
}

TEST_F(EnsureTest, RecreateKeepsTheCache) {
    world.write("app/Dockerfile", "FROM busybox\nRUN echo cached >/c\n");
    ASSERT_EQ(ensure_reaching({"--bootstrap"}).code, 0);
    ASSERT_EQ(world.berth({"build", "--builder", name, world.folder("app")}).code, 0);
    auto before = id();
    auto result = ensure_reaching({"--driver-opt", "memory=1g", "--recreate", "--bootstrap"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr(name + ": recreated\n"));
    EXPECT_NE(id(), before);
    EXPECT_EQ(inspect(container())["HostConfig"]["Memory"], 1024 * 1024 * 1024);
    EXPECT_TRUE(inspect(container() + "_before").is_null());
    auto build = world.berth({"build", "--builder", name, world.folder("app")});
    EXPECT_THAT(build.err, HasSubstr("CACHED"));
}

TEST_F(EnsureTest, AFailedRecreateRestoresTheContainer) {
    ASSERT_EQ(ensure({"--bootstrap"}).code, 0);
    auto before = id();
    auto result = ensure({"--buildkitd-flags", "--no-such-flag", "--recreate", "--bootstrap"});
    EXPECT_EQ(result.code, 5) << result.err;
    EXPECT_THAT(result.err, HasSubstr("no-such-flag"));
    EXPECT_EQ(id(), before);
    EXPECT_EQ(inspect(container())["State"]["Status"], "running");
    EXPECT_TRUE(inspect(container() + "_before").is_null());
    EXPECT_EQ(ensure({}).err, name + ": unchanged\n") << "the record is as before, too";
}

TEST_F(EnsureTest, CreatesBuildersFromAFile) {
    auto one = world.name("one"), two = world.name("two");
    world.write("ca.pem", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
    auto file = world.write("builders.toml",
                            "[builder." + one +
                                "]\ndriver-opt = { memory = \"600m\" }\n"
                                "env = { NO_PROXY = \"a,b\" }\nca = \"ca.pem\"\n[builder." +
                                two +
                                "]\nplatform = [\"linux/amd64\", \"linux/arm64\"]\n"
                                "max-cache = \"1g\"\n");
    auto result = world.berth({"ensure", "-f", file});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.out, one + "\n" + two + "\n");
    auto shown = world.berth({"inspect", one}).out;
    EXPECT_THAT(shown, HasSubstr("env.NO_PROXY=\"a,b\""));
    EXPECT_THAT(shown, HasSubstr("memory=\"600m\""));
    EXPECT_THAT(world.berth({"inspect", two}).out, HasSubstr("linux/amd64*, linux/arm64*"));
    EXPECT_EQ(world.berth({"ensure", "-f", file}).err,
              one + ": unchanged\n" + two + ": unchanged\n");

    // One wrong key: nothing is created.
    auto wrong = world.write("wrong.toml", "[builder." + world.name("a") + "]\n[builder." +
                                               world.name("b") + "]\nplatfrom = \"linux/arm64\"\n");
    auto refused = world.berth({"ensure", "-f", wrong});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("unknown key \"platfrom\""));
    EXPECT_THAT(refused.err, HasSubstr("did you mean platform?"));
    EXPECT_EQ(world.berth({"inspect", world.name("a")}).code, 4);
}

TEST_F(EnsureTest, UpgradeReplacesTheContainerWhenTheImageIsNewer) {
    auto image = "127.0.0.1:1/" + world.image("upgraded") + ":v1";
    ASSERT_EQ(docker({"tag", "moby/buildkit:buildx-stable-1", image}).code, 0);
    ASSERT_EQ(ensure({"--bootstrap"}).code, 0);
    auto before = id();
    auto same = world.berth({"upgrade", name});
    EXPECT_EQ(same.code, 0) << same.err;
    EXPECT_THAT(same.err, HasSubstr(name + "0: up to date\n"));
    EXPECT_EQ(id(), before);

    // A container of another image under the same name: what a registry's newer one looks like.
    ASSERT_EQ(docker({"rm", "--force", container()}).code, 0);
    auto old = world.image("old");
    world.write("old/Dockerfile", "FROM moby/buildkit:buildx-stable-1\nLABEL old=yes\n");
    auto state = container() + "_state";
    ASSERT_EQ(docker({"create", "--name", container() + "base", image}).code, 0);
    ASSERT_EQ(docker({"commit", "--change", "LABEL old=yes", container() + "base", old}).code, 0);
    ASSERT_EQ(docker({"rm", container() + "base"}).code, 0);
    ASSERT_EQ(docker({"run", "--detach", "--privileged", "--name", container(), "--mount",
                      "type=volume,source=" + state + ",target=/var/lib/buildkit", old})
                  .code,
              0);
    auto upgraded = world.berth({"upgrade", name});
    EXPECT_EQ(upgraded.code, 0) << upgraded.err;
    EXPECT_THAT(upgraded.err, HasSubstr(name + "0: upgraded\n"));
    EXPECT_EQ(inspect(container())["Config"]["Image"], "moby/buildkit:buildx-stable-1");
    EXPECT_EQ(inspect(container())["State"]["Status"], "running");
    docker({"image", "rm", image});
}

TEST_F(EnsureTest, AFailedUpgradeRestoresTheTagOfTheImage) {
    auto image = registry() + "/" + world.image("rolled-back");
    auto tag_and_push = [&](const std::string &from) {
        ASSERT_EQ(docker({"tag", from, image}).code, 0);
        auto pushed = docker({"push", "--quiet", image});
        ASSERT_EQ(pushed.code, 0) << pushed.err;
    };
    docker({"pull", "--quiet", "busybox"});
    tag_and_push("moby/buildkit:buildx-stable-1");
    auto builder = world.builder("rolled-back", {"--driver-opt", "image=" + image});
    auto good = image_id(image);
    tag_and_push("busybox"); // which is newer, and no builder
    ASSERT_EQ(docker({"tag", good, image}).code, 0);
    auto upgraded = world.berth({"upgrade", builder});
    EXPECT_EQ(upgraded.code, 5) << upgraded.err;
    EXPECT_EQ(image_id(image), good);
    EXPECT_EQ(inspect("buildx_buildkit_" + builder + "0")["State"]["Status"], "running");
    docker({"image", "rm", image});
}

} // namespace
} // namespace berth::test
