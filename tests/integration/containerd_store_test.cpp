// SPDX-License-Identifier: Apache-2.0
// --load into an engine with the containerd image store, the default of new installations, compared
// with docker buildx.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <set>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class ContainerdStoreTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        ASSERT_THAT(docker({"info", "--format", "{{json .DriverStatus}}"}).out,
                    HasSubstr("io.containerd.snapshotter"))
            << "this engine has the classic image store: run the tests with BERTH_ENGINE=private";
        builder = world->builder("store");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    // A docker program whose `load` finds the image and its layers gone.
    static std::string removes_before_load(const std::string &image) {
        auto real = shell_quote(docker_program());
        return world->write("meddling-docker",
                            "#!/bin/sh\n[ \"$1\" != load ] || " + real + " image rm --force " +
                                image + " >/dev/null\nexec " + real + " \"$@\"\n",
                            0755);
    }
    static std::vector<std::string> build(const std::string &image, const std::string &folder,
                                          const std::vector<std::string> &more = {}) {
        std::vector<std::string> words = {"build", "--builder",          builder, "--load", "-t",
                                          image,   world->folder(folder)};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    // The image's ID in the engine after a build by that program.
    static std::string id_by(Result (World::*program)(std::vector<std::string>, const Variables &,
                                                      const std::string &),
                             const std::string &image, const std::string &folder,
                             const std::vector<std::string> &more = {}) {
        docker({"image", "rm", "--force", image});
        auto result = (world->*program)(build(image, folder, more), {}, "");
        EXPECT_EQ(result.code, 0) << result.err;
        return image_id(image);
    }
    static std::string content_of_file(const std::string &image) {
        return docker({"run", "--rm", image, "cat", "/file"}).out;
    }

    static inline World *world = nullptr;
    static inline std::string builder;
};

TEST_F(ContainerdStoreTest, TheIdEqualsDockerBuildxs) {
    world->write("id/Dockerfile", "FROM busybox\nCOPY file /\nRUN echo made >/made\n");
    world->write("id/file", "one\n");
    auto image = world->image("id");
    for (const std::vector<std::string> &more :
         {std::vector<std::string>{}, {"--label", "a=b"}, {"--annotation", "k=v"}}) {
        auto peers = id_by(&World::peer, image, "id", more);
        EXPECT_EQ(id_by(&World::berth, image, "id", more), peers);
        EXPECT_EQ(content_of_file(image), "one\n");
    }
}

TEST_F(ContainerdStoreTest, OutputForScriptsIsTheSame) {
    world->write("told/Dockerfile", "FROM busybox\nCOPY file /\n");
    world->write("told/file", "told\n");
    auto image = world->image("told");
    struct Told {
        std::string quiet, iid;
        std::set<std::string> keys;
        json name, digest;
        bool operator==(const Told &) const = default;
    } told[2];
    for (int i : {0, 1}) {
        auto program = i == 0 ? &World::peer : &World::berth;
        auto words = build(image, "told",
                           {"-q", "--iidfile", world->folder("iid"), "--metadata-file",
                            world->folder("metadata")});
        auto result = (world->*program)(words, {}, "");
        ASSERT_EQ(result.code, 0) << result.err;
        auto metadata = json::parse(read_file(world->folder("metadata")));
        told[i] = {std::string(trim(result.out)),
                   read_file(world->folder("iid")),
                   {},
                   metadata["image.name"],
                   metadata["containerimage.digest"]};
        for (const auto &[key, value] : metadata.items())
            told[i].keys.insert(key);
        EXPECT_EQ(trim(result.out), image_id(image));
    }
    EXPECT_EQ(told[0], told[1]);
}

TEST_F(ContainerdStoreTest, OnlyMissingLayersAreSent) {
    world->write("layers/Dockerfile", "FROM busybox\nCOPY big /\nCOPY file /\n");
    world->write("layers/big", std::string(3'000'000, 'b'));
    world->write("layers/file", "one\n");
    auto image = world->image("layers");
    auto first = world->berth(build(image, "layers"));
    ASSERT_EQ(first.code, 0) << first.err;

    auto variables = world->counting();
    auto same = world->berth(build(image, "layers"), variables);
    ASSERT_EQ(same.code, 0) << same.err;
    EXPECT_THAT(same.err, HasSubstr("exists already"));
    EXPECT_EQ(world->docker_commands().size(), 2u) << join(world->docker_commands(), "\n");

    world->write("layers/file", "two\n");
    auto changed = world->berth(build(image, "layers"));
    ASSERT_EQ(changed.code, 0) << changed.err;
    EXPECT_THAT(changed.err, HasSubstr("loaded 1 of 3 layers"));
    EXPECT_EQ(content_of_file(image), "two\n");

    ASSERT_EQ(docker({"image", "rm", "--force", image}).code, 0);
    auto again = world->berth(build(image, "layers"));
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(content_of_file(image), "two\n") << "an image that was removed comes back";
}

// The engine has the layers, unpacked, but as other blobs. docker load would accept the image
// without its own blobs, and it could never be pushed or saved.
TEST_F(ContainerdStoreTest, LayersOfAnotherCompressionAreSentAgain) {
    world->write("other/Dockerfile", "FROM scratch\nCOPY file /\nCOPY bin /bin\nENV PATH=/bin\n");
    world->write("other/file", std::string(100'000, 'x'));
    auto binary = docker({"run", "--rm", "busybox", "cat", "/bin/busybox"}).out;
    world->write("other/bin/cat", binary, 0755);
    Variables epoch = {{"SOURCE_DATE_EPOCH", "1700000000"}};
    auto plain = world->image("plain"), packed = world->image("packed");
    auto as_it_is = world->berth({"build", "--builder", builder, "-t", plain, "-o",
                                  "type=docker,compression=uncompressed", world->folder("other")},
                                 epoch);
    ASSERT_EQ(as_it_is.code, 0) << as_it_is.err;
    auto second = world->builder("second");
    auto result = world->berth({"build", "--builder", second, "--progress", "plain", "--load", "-t",
                                packed, world->folder("other")},
                               epoch);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("loaded 2 of 2 layers"));
    EXPECT_EQ(content_of_file(packed).size(), 100'000u);
    EXPECT_GT(docker({"save", packed}).out.size(), 500'000u) << "the image is whole";
}

TEST_F(ContainerdStoreTest, SeveralTagsAreOneImage) {
    world->write("tags/Dockerfile", "FROM busybox\nCOPY file /\n");
    world->write("tags/file", "tags\n");
    auto one = world->image("one"), other = world->image("other") + ":2";
    auto peers = id_by(&World::peer, one, "tags", {"-t", other});
    docker({"image", "rm", "--force", other});
    EXPECT_EQ(id_by(&World::berth, one, "tags", {"-t", other}), peers);
    EXPECT_EQ(image_id(other), peers);

    // The image is there, a tag is not.
    docker({"image", "rm", "--force", other});
    auto again = world->berth(build(one, "tags", {"-t", other}));
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(image_id(other), peers);
}

// An image with an attestation is an index.
TEST_F(ContainerdStoreTest, ProvenanceIsLoadedToo) {
    world->write("attested/Dockerfile", "FROM busybox\nCOPY file /\n");
    world->write("attested/file", "attested\n");
    auto image = world->image("attested");
    for (auto program : {&World::peer, &World::berth}) {
        docker({"image", "rm", "--force", image});
        auto result =
            (world->*program)(build(image, "attested", {"--provenance=mode=max"}), {}, "");
        ASSERT_EQ(result.code, 0) << result.err;
        auto inspected =
            json::parse(docker({"image", "inspect", "--format", "json", image}).out)[0];
        EXPECT_EQ(inspected["Descriptor"]["mediaType"], "application/vnd.oci.image.index.v1+json");
        EXPECT_EQ(content_of_file(image), "attested\n");
    }
}

TEST_F(ContainerdStoreTest, AnImageRemovedDuringALoadIsSentWhole) {
    world->write("gone/Dockerfile", "FROM scratch\nCOPY bin /bin\nCOPY file /\nENV PATH=/bin\n");
    auto binary = docker({"run", "--rm", "busybox", "cat", "/bin/busybox"}).out;
    world->write("gone/bin/cat", binary, 0755);
    world->write("gone/file", "one\n");
    auto image = world->image("gone");
    ASSERT_EQ(world->berth(build(image, "gone")).code, 0);
    world->write("gone/file", "two\n");
    // The engine had the first layer when berth checked, but not when the rest arrives.
    auto meddling = removes_before_load(image);
    auto result =
        world->berth(build(image, "gone", {"--progress", "plain"}), {{"BERTH_DOCKER", meddling}});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("sending 1 of 2 layers, 1 reused"));
    EXPECT_EQ(content_of_file(image), "two\n");
}

// The engine unpacks no image of another platform, so docker does not say that a layer is missing.
TEST_F(ContainerdStoreTest, AnImageOfAnotherPlatformRemovedDuringALoadIsSentWhole) {
    world->write("foreign/Dockerfile", "FROM scratch\nCOPY one /\nCOPY two /\n");
    world->write("foreign/one", world->name("foreign"));
    world->write("foreign/two", "1\n");
    auto image = world->image("foreign");
    auto words = build(image, "foreign", {"--progress", "plain", "--platform", "linux/s390x"});
    ASSERT_EQ(world->berth(words).code, 0);
    world->write("foreign/two", "2\n");
    auto meddling = removes_before_load(image);
    auto result = world->berth(words, {{"BERTH_DOCKER", meddling}});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("sending 1 of 2 layers, 1 reused"));
    EXPECT_THAT(result.err, HasSubstr("loaded 2 of 2 layers"));
    auto saved = docker({"image", "save", "--output", world->folder("foreign.tar"), image});
    EXPECT_EQ(saved.code, 0) << saved.err;
    auto layers = docker({"image", "inspect", "--format", "{{len .RootFS.Layers}}", image}).out;
    EXPECT_EQ(layers, "2\n");
}

TEST_F(ContainerdStoreTest, SeveralPlatformsAreOneImage) {
    world->write("both/Dockerfile", "FROM scratch\nCOPY file /\n");
    world->write("both/file", "both\n");
    auto image = world->image("both");
    auto result = world->berth(build(image, "both", {"--platform", "linux/amd64,linux/arm64"}));
    ASSERT_EQ(result.code, 0) << result.err;
    auto index = docker({"image", "inspect", "--format", "{{.Descriptor.mediaType}}", image}).out;
    EXPECT_THAT(index, HasSubstr("image.index"));
    for (const std::string platform : {"linux/amd64", "linux/arm64"})
        EXPECT_EQ(
            docker({"image", "save", "--platform", platform, "-o", world->folder("one.tar"), image})
                .code,
            0)
            << platform;
}

TEST_F(ContainerdStoreTest, AnImageOnlyInTheEngineIsABase) {
    world->write("base/Dockerfile", "FROM busybox\nCOPY file /\n");
    world->write("base/file", "base\n");
    auto base = world->image("base"), derived = world->image("derived");
    ASSERT_EQ(world->berth(build(base, "base")).code, 0);
    world->write("derived/Dockerfile", "FROM " + base + "\nRUN cat /file >/copy\n");
    auto result = world->berth(build(derived, "derived", {"--local-images"}));
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(docker({"run", "--rm", derived, "cat", "/copy"}).out, "base\n");
}

} // namespace
} // namespace berth::test
