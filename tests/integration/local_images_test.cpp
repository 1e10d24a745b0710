// SPDX-License-Identifier: Apache-2.0
// --local-images: an image that exists only in the engine.
#include "support.hpp"

namespace berth::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LocalImagesTest : public ::testing::Test {
  protected:
    World world;
    std::string builder = world.builder("local"), base = world.image("base");

    void SetUp() override {
        world.write("base/Dockerfile",
                    "FROM busybox\nRUN echo only-here >/base\nENV FROM_BASE=1\n");
        auto built = world.berth(
            {"build", "--builder", builder, "--load", "-t", base, world.folder("base")});
        ASSERT_EQ(built.code, 0) << built.err;
        world.write("app/Dockerfile",
                    "ARG BASE\nFROM ${BASE}\nRUN cp /base /copy && test $FROM_BASE = 1\n");
    }
    Result build(std::vector<std::string> more, const Variables &variables = {}) {
        std::vector<std::string> words = {
            "build", "--builder",   builder,        "--progress",
            "plain", "--build-arg", "BASE=" + base, world.folder("app")};
        words.insert(words.end(), more.begin(), more.end());
        return world.berth(words, variables);
    }
};

TEST_F(LocalImagesTest, UsesAndReportsTheEnginesImage) {
    EXPECT_EQ(build({}).code, 1) << "no registry has it";
    auto tag = world.image("app");
    auto built = build({"--local-images", "--load", "-t", tag});
    ASSERT_EQ(built.code, 0) << built.err;
    EXPECT_THAT(built.err, HasSubstr("[internal] local image " + base));
    EXPECT_EQ(docker({"run", "--rm", tag, "cat", "/copy"}).out, "only-here\n");
    // The layers are the engine's own: the image stands on the other.
    auto layers = [](const std::string &image) {
        return docker({"image", "inspect", "--format", "{{json .RootFS.Layers}}", image}).out;
    };
    auto below = layers(base);
    EXPECT_THAT(layers(tag), HasSubstr(below.substr(1, below.find(']') - 1)));

    auto again = build({"--local-images"}, world.counting());
    EXPECT_EQ(again.code, 0) << again.err;
    for (const auto &command : world.docker_commands())
        EXPECT_THAT(command, Not(HasSubstr("save"))) << "the builder holds it";
}

TEST_F(LocalImagesTest, AChangedImageIsAnotherBase) {
    ASSERT_EQ(build({"--local-images"}).code, 0);
    world.write("base/Dockerfile", "FROM busybox\nRUN echo second >/base\nENV FROM_BASE=1\n");
    ASSERT_EQ(
        world.berth({"build", "--builder", builder, "--load", "-t", base, world.folder("base")})
            .code,
        0);
    auto tag = world.image("app");
    ASSERT_EQ(build({"--local-images", "--load", "-t", tag}).code, 0);
    EXPECT_EQ(docker({"run", "--rm", tag, "cat", "/copy"}).out, "second\n");
}

} // namespace
} // namespace berth::test
