// SPDX-License-Identifier: Apache-2.0
// The layers of an image that are sent to the engine.
#include "berth/image/image_load.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "image_digest.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace berth::image {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

BuiltImage image_of(const std::string &layers) {
    BuiltImage image{.config_digest = digest('c'), .manifest_digest = digest('d'), .layers = {}};
    for (char layer : layers)
        image.layers.push_back(
            {.digest = digest(layer), .diff_id = "diff-" + std::string(1, layer), .size = 10});
    return image;
}

docker::Image engine_image(const std::string &layers, const std::string &id = "sha256:other") {
    docker::Image image{.id = id};
    for (char layer : layers)
        image.diff_ids.push_back("diff-" + std::string(1, layer));
    return image;
}

TEST(ImageLoadTest, SharesTheFirstLayers) {
    auto image = image_of("abc");
    EXPECT_EQ(shared_layers(image, {}), 0u);
    EXPECT_EQ(shared_layers(image, {engine_image("abx")}), 2u);
    EXPECT_EQ(shared_layers(image, {engine_image("xbc")}), 0u)
        << "a layer counts only on its parents";
    EXPECT_EQ(shared_layers(image, {engine_image("a"), engine_image("abcd"), engine_image("")}),
              3u);
}

TEST(ImageLoadTest, TheArchiveNamesAllLayersAndContainsMissingOnes) {
    auto image = image_of("abbe");
    std::vector<std::string> tags = {"app", "docker.io/library/app:2"};
    ImageArchive archive{.image = image, .tags = tags, .first_layer = 2};
    EXPECT_THAT(archive.manifest_json(), HasSubstr(R"("RepoTags":["app:latest","app:2"])"));
    for (char layer : {'a', 'b', 'e'})
        EXPECT_THAT(archive.manifest_json(), HasSubstr("blobs/sha256/" + std::string(64, layer)));
    EXPECT_EQ(archive.sent_layers().size(), 2u);
    EXPECT_EQ(archive.size(), 20);
    archive.first_layer = 1;
    EXPECT_EQ(archive.sent_layers().size(), 2u) << "a blob that is two layers comes once";
}

TEST(ImageLoadTest, TheIndexHasAnEntryForEachTag) {
    auto image = image_of("a");
    image.media_type = "application/vnd.oci.image.manifest.v1+json";
    image.manifest = std::string(123, ' ');
    std::vector<std::string> tags = {"app", "example.com/x/app:2"};
    auto index = ImageArchive{.image = image, .tags = tags}.index_json();
    EXPECT_THAT(index, HasSubstr(R"("io.containerd.image.name":"docker.io/library/app:latest")"));
    EXPECT_THAT(index, HasSubstr(R"("io.containerd.image.name":"example.com/x/app:2")"));
    EXPECT_THAT(index, HasSubstr(digest('d')));
    EXPECT_THAT(index, HasSubstr(R"("size":123)"));
    tags.clear();
    EXPECT_THAT((ImageArchive{.image = image, .tags = tags}.index_json()), HasSubstr(digest('d')));
}

// A builder with layers of ten bytes each.
class FakeBlobs : public BlobReader {
  public:
    bool has(const std::string &wanted) override { return wanted != lacking; }
    std::string document(const std::string &) override { return ""; }
    std::function<std::string()> open(const std::string &) override {
        return [left = 2]() mutable { return left-- > 0 ? std::string(5, 'x') : std::string(); };
    }
    std::string lacking;
};

class LoadTest : public ::testing::Test {
  protected:
    LoadResult load(const BuiltImage &image, const std::vector<std::string> &tags) {
        runner.answer = [this](const process::Command &command, const std::string &input) {
            auto words = join({command.argv.begin() + 1, command.argv.end()}, " ");
            said.push_back(words.substr(0, words.find(" --format")));
            if (words.starts_with("image inspect") && !on_second_inspect.empty() &&
                std::count(said.begin(), said.end(), said.back()) > 1)
                return process::Outcome{.out = on_second_inspect};
            if (words.starts_with("image inspect"))
                return process::Outcome{.code = inspected.empty() ? 1 : 0,
                                        .out = inspected,
                                        .err = inspected.empty() ? "Error: No such image: x" : ""};
            if (words.starts_with("info"))
                return process::Outcome{.out = info};
            if (words.starts_with("load") && failing_loads-- > 0)
                return process::Outcome{.code = 1, .err = "layer does not exist"};
            if (words.starts_with("load")) {
                ++loads;
                archive = input;
                return process::Outcome{.out = std::exchange(load_says, loaded)};
            }
            return process::Outcome{};
        };
        docker::Docker docker(runner, "docker", "default", "default");
        auto display =
            progress::make_display(progress::Mode::plain, log, {.now = [] { return Time(); }});
        ImageStore store(docker, memory.path(), "");
        std::optional<EarlyLook> look;
        if (early)
            look.emplace(docker, store.loaded(), tags);
        auto result = load_image(docker, store, blobs, image, tags, look ? &*look : nullptr,
                                 *display, [] { return Time(); });
        display->finish();
        return result;
    }

    test::TemporaryDirectory memory;
    process::RecordingRunner runner;
    std::ostringstream log;
    std::vector<std::string> said;
    static constexpr const char *loaded = "Loaded image: app:latest\n";
    std::string on_second_inspect; // if not the same as on the first
    std::string inspected, info = "{}", load_says = loaded;
    int failing_loads = 0, loads = 0;
    bool early = false;
    std::string archive; // that came last
    FakeBlobs blobs;
    static constexpr const char *layers = R"("RootFS":{"Layers":["diff-a","diff-b"]}})";
};

TEST_F(LoadTest, AnUnchangedImageIsOneCommand) {
    inspected = R"({"Id":")" + digest('c') + R"(","RepoTags":["app:latest"],)" + layers;
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::present);
    EXPECT_THAT(said, ElementsAre("image inspect"));
    EXPECT_THAT(log.str(), HasSubstr("exists already"));
}

TEST_F(LoadTest, AnAnswerBeforeTheEndOfTheBuildIsEnough) {
    load(image_of("a"), {"app"});
    said.clear();
    early = true;
    inspected = R"({"Id":")" + digest('c') + R"(","RepoTags":["app:latest"],)" + layers;
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::present);
    EXPECT_THAT(said, ElementsAre("image inspect"));
    EXPECT_EQ(runner.records.back().command.argv.back(), "app") << "only the tag";

    auto changed = image_of("abe");
    changed.config_digest = changed.manifest_digest = digest('e');
    said.clear();
    EXPECT_EQ(load(changed, {"app"}), LoadResult::loaded);
    EXPECT_THAT(said, ElementsAre("image inspect", "load --quiet"));
    EXPECT_THAT(log.str(), HasSubstr("loaded 1 of 3 layers"));
}

TEST_F(LoadTest, ATagThatWasNeverLoadedIsNotAskedForEarly) {
    early = true;
    load(image_of("a"), {"app"});
    EXPECT_THAT(said, ElementsAre("image inspect", "load --quiet"));
    said.clear();
    load(image_of("a"), {"other"});
    EXPECT_THAT(said, ElementsAre("image inspect", "load --quiet"));
}

// It may still be there, so that a tag is enough.
TEST_F(LoadTest, AnImageThatWasLoadedBeforeIsLookedForAgain) {
    auto old = image_of("ab");
    load(old, {"app"});
    auto later = image_of("abe");
    later.config_digest = later.manifest_digest = digest('e');
    load(later, {"app"});
    said.clear();
    early = true;
    inspected = R"({"Id":"sha256:later","RepoTags":["app:latest"],)" + std::string(layers) + "\n" +
                R"({"Id":")" + digest('c') + R"(","RepoTags":[],)" + layers;
    auto first = inspected.substr(0, inspected.find('\n'));
    std::swap(first, inspected);
    on_second_inspect = first;
    EXPECT_EQ(load(old, {"app"}), LoadResult::tagged);
    EXPECT_THAT(said, ElementsAre("image inspect", "image inspect", StartsWith("image tag")));
}

TEST_F(LoadTest, AMissingTagIsAdded) {
    inspected = R"({"Id":")" + digest('c') + R"(","RepoTags":["app:latest"],)" + layers;
    EXPECT_EQ(load(image_of("ab"), {"app", "other"}), LoadResult::tagged);
    EXPECT_EQ(said.back(), "image tag " + digest('c') + " other");
}

TEST_F(LoadTest, OnlyMissingLayersAreSent) {
    inspected = R"({"Id":"sha256:old","RepoTags":["app:latest"],"RootFS":{"Layers":["diff-a"]}})";
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 1 of 2 layers, 6.14kB sent"));
    EXPECT_THAT(said, ElementsAre("image inspect", "load --quiet"));
}

TEST_F(LoadTest, TheBaseImageIsInspected) {
    auto image = image_of("ab");
    image.bases = {"busybox"};
    load(image, {"app"});
    EXPECT_THAT(runner.records.front().command.argv, Contains("busybox"));
}

TEST_F(LoadTest, EverythingIsSentIfTheEngineNeedsMore) {
    inspected = R"({"Id":"sha256:old","RepoTags":["app:latest"],"RootFS":{"Layers":["diff-a"]}})";
    failing_loads = 1;
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 2 of 2 layers"));
}

TEST_F(LoadTest, AFailedLoadIsAnError) {
    failing_loads = 9;
    EXPECT_THROW(load(image_of("ab"), {"app"}), Error);
    failing_loads = 0;
    load_says.clear(); // a docker that ends silently has loaded nothing
    EXPECT_THROW(load(image_of("ab"), {"app"}), Error);
}

TEST_F(LoadTest, ADockerThatSaysSomethingElseIsBelievedIfTheImageIsThere) {
    load_says = "\xff{\"garbage";
    EXPECT_THROW(load(image_of("ab"), {"app"}), Error);
    said.clear();
    load_says = "done\n";
    inspected = R"({"Id":"sha256:old","RepoTags":["app:latest"],"RootFS":{"Layers":["diff-x"]}})";
    on_second_inspect = R"({"Id":")" + digest('c') + R"(","RepoTags":["app:latest"],)" + layers;
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::loaded);
    EXPECT_THAT(said, ElementsAre("image inspect", "load --quiet", "image inspect"));
}

TEST_F(LoadTest, TheArchiveHasTheMissingLayers) {
    inspected = R"({"Id":"sha256:old","RepoTags":["app:latest"],"RootFS":{"Layers":["diff-a"]}})";
    load(image_of("ab"), {"app"});
    EXPECT_THAT(archive, HasSubstr("blobs/sha256/" + std::string(64, 'b') + std::string(1, '\0')));
    EXPECT_THAT(archive,
                Not(HasSubstr("blobs/sha256/" + std::string(64, 'a') + std::string(1, '\0'))));
    EXPECT_EQ(archive.size() % 512, 0u);
}

TEST_F(LoadTest, LayersThatTheBuilderLacksAreNotLoaded) {
    blobs.lacking = digest('b');
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::layers_missing);
    EXPECT_THAT(said, Not(Contains(StartsWith("load"))));
    inspected =
        R"({"Id":"sha256:old","RepoTags":["app:latest"],"RootFS":{"Layers":["diff-a","diff-b"]}})";
    EXPECT_EQ(load(image_of("abc"), {"app"}), LoadResult::loaded) << "the engine has it";
}

TEST_F(LoadTest, ABlobOfAnotherSizeIsAnError) {
    auto image = image_of("ab");
    for (std::int64_t size : {9, 11}) {
        image.layers[1].size = size;
        EXPECT_THROW(load(image, {"app"}), Error) << size;
    }
}

class ContainerdLoadTest : public LoadTest {
  protected:
    ContainerdLoadTest() { inspected = image_with('d', R"(["diff-a","diff-b"])"); }
    static std::string image_with(char manifest, const std::string &layers, int size = 0) {
        return R"({"Id":")" + digest(manifest) +
               R"(","RepoTags":["app:latest"],"RootFS":{"Layers":)" + layers +
               R"(},"Descriptor":{"digest":")" + digest(manifest) + R"("},"Size":)" +
               std::to_string(size) + "}";
    }
    // Loads image_of("ab") whole, after which the engine has it.
    void load_first() {
        auto there = std::exchange(inspected, "");
        EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::loaded);
        inspected = there;
        said.clear();
        log.str("");
    }
    static BuiltImage changed_image() {
        auto image = image_of("ae");
        image.config_digest = digest('8');
        image.manifest_digest = digest('9');
        return image;
    }
};

TEST_F(ContainerdLoadTest, LayersOfALoadedImageAreReused) {
    load_first();
    EXPECT_EQ(load(changed_image(), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 1 of 2 layers"));
    EXPECT_THAT(said, ElementsAre("image inspect", "load --quiet"));
}

TEST_F(ContainerdLoadTest, LayersOfARemovedImageAreSent) {
    load_first();
    inspected.clear();
    EXPECT_EQ(load(changed_image(), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 2 of 2 layers"));
}

// Its existence does not imply that its blobs exist: it may come from elsewhere.
TEST_F(ContainerdLoadTest, LayersOfAnUnknownImageAreSent) {
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::present);
    EXPECT_EQ(load(changed_image(), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 2 of 2 layers"));
}

// The same diff IDs may be other blobs, which the engine would do without until it needs them.
TEST_F(ContainerdLoadTest, LayersOfAnImageFromElsewhereAreSent) {
    inspected = image_with('7', R"(["diff-a","diff-b"])");
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 2 of 2 layers"));
}

TEST_F(ContainerdLoadTest, AMissingBlobSendsEverything) {
    load_first();
    load_says = "Error unpacking image app:latest: content digest sha256:1: not found";
    EXPECT_EQ(load(changed_image(), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 2 of 2 layers"));
}

// Of an image of another platform the engine unpacks nothing, so docker does not say what is
// missing.
TEST_F(ContainerdLoadTest, AnImageOfAnotherPlatformIsLookedAtAfterwards) {
    load_first();
    auto image = changed_image();
    image.architecture = "pdp11";
    on_second_inspect = image_with('9', R"(["diff-a","diff-e"])", 20); // two layers
    EXPECT_EQ(load(image, {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 1 of 2 layers"));
    EXPECT_THAT(said, ElementsAre("image inspect", "load --quiet", "image inspect"));
}

TEST_F(ContainerdLoadTest, AnImageOfAnotherPlatformIsSentWholeIfItsLayersAreMissing) {
    load_first();
    auto image = changed_image();
    image.architecture = "pdp11";
    // Only one of them.
    on_second_inspect = image_with('9', R"(["diff-a","diff-e"])", 10);
    EXPECT_EQ(load(image, {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 2 of 2 layers"));
}

// What an interrupted removal left is no reason to leave layers out.
TEST_F(ContainerdLoadTest, LayersOfAnImageThatLacksThemAreSent) {
    load_first();
    inspected = image_with('d', "[]");
    EXPECT_EQ(load(changed_image(), {"app"}), LoadResult::loaded);
    EXPECT_THAT(log.str(), HasSubstr("loaded 2 of 2 layers"));
}

TEST_F(ContainerdLoadTest, AnExistingImageTakesOneCommand) {
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::present);
    EXPECT_THAT(said, ElementsAre("image inspect"));
}

TEST_F(ContainerdLoadTest, AnExistingImageWithoutItsLayersIsSent) {
    inspected = image_with('d', "[]");
    EXPECT_EQ(load(image_of("ab"), {"app"}), LoadResult::loaded);
    auto image = image_of("ab");
    image.architecture = "pdp11";
    inspected = image_with('d', R"(["diff-a","diff-b"])", 19);
    EXPECT_EQ(load(image, {"app"}), LoadResult::loaded);
    inspected = image_with('d', R"(["diff-a","diff-b"])", 20);
    EXPECT_EQ(load(image, {"app"}), LoadResult::present);
}

} // namespace
} // namespace berth::image
