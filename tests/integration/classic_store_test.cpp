// SPDX-License-Identifier: Apache-2.0
// --load into docker's classic image store, which keeps one platform of an image and no
// attestations, compared with docker buildx. Runs only on the oldest stack, since new engines have
// the containerd image store.
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using ::testing::HasSubstr;

class ClassicStoreTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        builder = world->builder("classic");
        world->write("app/Dockerfile", "FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /arch\n");
        world->write("app/amd64", "amd64\n");
        world->write("app/arm64", "arm64\n");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }
    static std::vector<std::string> build(std::vector<std::string> options) {
        options.insert(options.begin(), {"build", "--builder", builder});
        options.push_back(world->folder("app"));
        return options;
    }
    static std::vector<std::string> with_two(std::vector<std::string> options) {
        options.insert(options.begin(), {"--platform", "linux/amd64,linux/arm64"});
        return options;
    }
    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(ClassicStoreTest, EachPlatformGetsATagOfItsOwn) {
    auto app = world->image("multi");
    auto theirs = world->image("theirs");
    for (const std::string architecture : {"amd64", "arm64"})
        world->image("multi:latest-" + architecture);
    auto loaded = world->berth(build(with_two({"--load", "-t", app})));
    ASSERT_EQ(loaded.code, 0) << loaded.err;
    EXPECT_THAT(loaded.err, HasSubstr("WARNING: the engine's image store keeps one platform per "
                                      "image, loaded as " +
                                      app + ":latest-amd64, " + app + ":latest-arm64\n"));
    for (const std::string architecture : {"amd64", "arm64"}) {
        auto tag = app + ":latest-" + architecture;
        EXPECT_EQ(docker({"image", "inspect", "--format", "{{.Architecture}}", tag}).out,
                  architecture + "\n");
        auto alone =
            world->peer(build({"--platform", "linux/" + architecture, "--load", "-t", theirs}));
        ASSERT_EQ(alone.code, 0) << alone.err;
        EXPECT_EQ(image_id(tag), image_id(theirs));
    }
    EXPECT_EQ(image_id(app), "") << "no platform takes the tag for itself";
}

TEST_F(ClassicStoreTest, AttestationsAndSeveralPlatformsBesideOtherOutputsAreRefused) {
    for (const auto &options : {std::vector<std::string>{"--load", "--provenance=mode=max"},
                                with_two({"--load", "-o", world->folder("out")})})
        for (const auto &result : {world->berth(build(options)), world->peer(build(options))}) {
            EXPECT_EQ(result.code, 1) << join(options, " ");
            EXPECT_THAT(result.err,
                        HasSubstr("docker exporter does not currently support exporting manifest "
                                  "lists"));
        }
}

TEST_F(ClassicStoreTest, IndexAnnotationsAreRefused) {
    auto options = build({"--load", "--provenance=false", "--annotation", "index:a=b"});
    for (const auto &result : {world->berth(options), world->peer(options)}) {
        EXPECT_EQ(result.code, 1);
        EXPECT_THAT(result.err,
                    HasSubstr("index annotations not supported for single platform export"));
    }
}

} // namespace
} // namespace berth::test
