// SPDX-License-Identifier: Apache-2.0
// Builds of a docker context, for a user who installs berth in docker buildx's place and still
// types `docker build`.
#include "berth/util/file.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ContextBuilderTest : public ::testing::Test {
  protected:
    World world;
    std::string image = world.image("default");

    void SetUp() override {
        world.write("app/Dockerfile", "FROM busybox\nCOPY file /file\nRUN echo made >/made\n");
        world.write("app/file", "content\n");
        ASSERT_EQ(docker({"pull", "--quiet", "busybox"}).code, 0);
        ASSERT_EQ(world.berth({"install", "--buildx"}, config()).code, 0);
    }
    // The builder of this engine's context, created by any test.
    void TearDown() override {
        if (auto name = builder(); !name.empty()) {
            EXPECT_EQ(world.berth({"rm", name}).code, 0);
        }
    }

    Variables config() { return {{"DOCKER_CONFIG", world.folder("docker")}}; }
    Result with_docker(std::vector<std::string> arguments, Variables more = {}) {
        more.merge(config());
        arguments.insert(arguments.begin(), docker_program());
        return run(arguments, world.variables(more));
    }
    std::string builder() {
        auto all = world.berth({"ls", "--format", "{{.Name}}"}).out;
        auto at = all.find("builds-of-default");
        return at == std::string::npos ? "" : all.substr(at, all.find('\n', at) - at);
    }
    static bool builds_with_plugin() {
        return std::stoi(docker({"version", "--format", "{{.Client.Version}}"}).out) >= 23;
    }
};

TEST_F(ContextBuilderTest, DockerBuildGivesAnImageInTheEngine) {
    std::vector<std::vector<std::string>> ways = {{"buildx", "build"}};
    if (builds_with_plugin())
        ways = {{"build"}, {"image", "build"}, {"builder", "build"}, {"buildx", "build"}};
    bool first = true;
    for (const auto &way : ways) {
        auto words = way;
        words.insert(words.end(), {"--progress", "plain", "-t", image, world.folder("app")});
        auto built = with_docker(words);
        ASSERT_EQ(built.code, 0) << way.front() << built.err;
        EXPECT_EQ(count(built.err, "Creating builder builds-of-default"), first ? 1u : 0u);
        EXPECT_EQ(count(built.err, "for builds of docker context default"), first ? 1u : 0u);
        first = false;
        EXPECT_EQ(docker({"run", "--rm", image, "cat", "/file"}).out, "content\n");
        docker({"image", "rm", "--force", image});
    }
    auto quiet = with_docker({"buildx", "build", "-q", world.folder("app")},
                             {{"BUILDX_BUILDER", "default"}});
    EXPECT_THAT(quiet.out, StartsWith("sha256:"));
    EXPECT_EQ(quiet.err, "");
    auto id = quiet.out.substr(0, quiet.out.find('\n'));
    EXPECT_EQ(docker({"run", "--rm", id, "cat", "/made"}).out, "made\n");
    auto file = world.folder("id");
    ASSERT_EQ(with_docker({"buildx", "build", "--iidfile", file, world.folder("app")}).code, 0);
    EXPECT_EQ(read_file(file), id);
}

TEST_F(ContextBuilderTest, AnImageOnlyInTheEngineIsABase) {
    auto base = world.image("base");
    ASSERT_EQ(world.berth({"build", "-t", base, world.folder("app")}).code, 0);
    world.write("next/Dockerfile", "FROM " + base + "\nRUN cat /made >/copied\n");
    auto built = world.berth({"build", "-t", image, world.folder("next")});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_EQ(docker({"run", "--rm", image, "cat", "/copied"}).out, "made\n");
    auto pulled = world.berth({"build", "--pull", "-t", image, world.folder("next")});
    EXPECT_EQ(pulled.code, 1) << "--pull asks the registry, which does not have it";
}

TEST_F(ContextBuilderTest, IsListedAndRemovedLikeAnyBuilder) {
    EXPECT_THAT(world.berth({"inspect", "default"}).out, HasSubstr("(created by the first build)"));
    EXPECT_EQ(world.berth({"du"}).code, 0) << "nothing is cached";
    EXPECT_EQ(world.berth({"prune", "--force"}).code, 0);
    EXPECT_EQ(builder(), "") << "only a build creates it";
    ASSERT_EQ(world.berth({"build", world.folder("app")}).code, 0);
    auto name = builder();
    ASSERT_NE(name, "");
    EXPECT_THAT(world.berth({"ls"}).out, HasSubstr("docker (builds in " + name + ")"));
    EXPECT_THAT(world.berth({"inspect", "default"}).out, HasSubstr("Builds In: " + name));
    EXPECT_THAT(world.berth({"du"}).out, Not(HasSubstr("Total:\t\t0B")));
    EXPECT_THAT(with_docker({"buildx", "prune", "--all", "--force"}).out, HasSubstr("Total:"));
    EXPECT_THAT(world.berth({"du"}).out, HasSubstr("Total:\t\t0B"));

    ASSERT_EQ(world.berth({"stop", name}).code, 0);
    ASSERT_EQ(world.berth({"rm", "--all-inactive", "--force"}).code, 0);
    EXPECT_EQ(builder(), name) << "builds of the context need it";
    EXPECT_EQ(world.berth({"build", world.folder("app")}).code, 0) << "it starts again";
    ASSERT_EQ(world.berth({"rm", name}).code, 0);
    EXPECT_EQ(builder(), "");
    EXPECT_EQ(inspect("buildx_buildkit_" + name + "0"), nullptr);
}

TEST_F(ContextBuilderTest, AnImageOutputIsInTheEngine) {
    ASSERT_EQ(world.berth({"build", "-o", "type=image,name=" + image, world.folder("app")}).code,
              0);
    EXPECT_EQ(docker({"run", "--rm", image, "cat", "/made"}).out, "made\n");
}

TEST_F(ContextBuilderTest, AFailedStartLeavesNothing) {
    world.write("store/buildkitd.default.toml", "[worker.oci]\n  gcpolicy = 5\n");
    auto failed =
        world.berth({"build", world.folder("app")}, {{"BUILDX_CONFIG", world.folder("store")}});
    EXPECT_EQ(failed.code, 5) << failed.err;
    EXPECT_THAT(world.berth({"ls"}, {{"BUILDX_CONFIG", world.folder("store")}}).out,
                Not(HasSubstr("builds-of-default")));
}

} // namespace
} // namespace berth::test
