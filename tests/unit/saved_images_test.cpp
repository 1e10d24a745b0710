// SPDX-License-Identifier: Apache-2.0
// --local-images: the images served to BuildKit, and the runs of `docker save`.
#include "berth/job/saved_images.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include "tar_text.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace berth::job {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class SavedImagesTest : public ::testing::Test {
  protected:
    SavedImagesTest() {
        runner.answer = [this](const process::Command &command, const std::string &) {
            if (command.argv[1] != "save")
                return process::Outcome{.out = images};
            ++saves;
            return process::Outcome{.code = save_code, .out = archive, .err = "engine's reason"};
        };
    }
    static std::string image(const std::string &id, const std::string &tag,
                             const std::string &digests = "[]") {
        return R"({"Id":"sha256:)" + id + R"(","RepoTags":[")" + tag + R"("],"RepoDigests":)" +
               digests + R"(,"RootFS":{"Layers":[]}})" + "\n";
    }
    std::unique_ptr<SavedImages> bring(const fs::path &cache) {
        auto result = std::make_unique<SavedImages>(docker, cache);
        result->bring({{"mine"}, {"absent"}}, {}, *display, [] { return Time(); });
        return result;
    }
    std::unique_ptr<SavedImages> bring() { return bring(tree / "cache"); }
    std::size_t kept() const { return tree.names("cache/images").size(); }
    void use(const std::string &name, std::chrono::hours ago) const {
        tree.folder("cache/images/" + name);
        fs::last_write_time(tree / ("cache/images/" + name),
                            fs::file_time_type::clock::now() - ago);
    }
    std::string failure() {
        try {
            bring();
        } catch (const Error &error) {
            return error.what();
        }
        return "nothing";
    }

    test::TemporaryTree tree;
    process::RecordingRunner runner;
    docker::Docker docker{runner, "docker", "default", "default"};
    std::ostringstream log;
    std::unique_ptr<progress::Display> display =
        progress::make_display(progress::Mode::none, log, {});
    const std::string id = std::string(64, 'a'), hex = sha256_hex("manifest"),
                      digest = "sha256:" + hex, store = "image-" + id.substr(0, 24);
    std::string images = image(id, "mine:latest");
    std::string archive = tar(
        {{.path = "blobs/sha256/" + hex, .content = "manifest"},
         {.path = "index.json", .content = R"({"manifests":[{"digest":")" + digest + R"("}]})"}});
    int save_code = 0, saves = 0;
};

TEST_F(SavedImagesTest, AnImageIsANamedContext) {
    auto saved = bring();
    EXPECT_EQ(saved->attributes(), (std::map<std::string, std::string>{
                                       {"context:mine", "oci-layout://" + store + "@" + digest}}));
    auto stores = saved->stores();
    ASSERT_EQ(stores.size(), 1u);
    EXPECT_EQ(stores.begin()->first, "oci:" + store);
    EXPECT_FALSE(stores.begin()->second.writable);
    EXPECT_EQ(read_file(stores.begin()->second.path / "blobs" / "sha256" / hex), "manifest");
    EXPECT_THAT(runner.transcript(), HasSubstr("docker save sha256:" + id));
}

TEST_F(SavedImagesTest, AnUnchangedImageIsNotSavedAgain) {
    bring();
    auto again = bring();
    EXPECT_EQ(saves, 1);
    EXPECT_THAT(again->attributes().at("context:mine"), HasSubstr(digest));
    // A damaged one is.
    fs::remove_all(tree / ("cache/images/" + id + "/blobs"));
    bring();
    EXPECT_EQ(saves, 2);
    EXPECT_EQ(kept(), 1u);
    images = image(std::string(64, 'b'), "mine:latest");
    bring();
    EXPECT_EQ(saves, 3);
    EXPECT_EQ(kept(), 2u);
}

TEST_F(SavedImagesTest, OldLayoutsAreRemoved) {
    use("old", std::chrono::hours(8 * 24));
    for (int i = 0; i < 10; ++i)
        use("used" + std::to_string(i), std::chrono::hours(10 + i));
    use("now", std::chrono::hours(0));
    bring();
    EXPECT_EQ(kept(), 8u);
    for (const auto &name : {id, std::string("now"), std::string("used5")})
        EXPECT_TRUE(fs::exists(tree / ("cache/images/" + name))) << name;
    EXPECT_FALSE(fs::exists(tree / "cache/images/used6"));
    // Layouts that a build may still read stay.
    for (int i = 0; i < 10; ++i)
        use("now" + std::to_string(i), std::chrono::hours(0));
    bring();
    EXPECT_EQ(kept(), 12u);
}

TEST_F(SavedImagesTest, UsesATemporaryDirectoryWithoutACache) {
    tree.file("file");
    for (const auto &cache : {fs::path(), tree / "file"}) {
        fs::path directory;
        {
            auto saved = bring(cache);
            directory = saved->stores().begin()->second.path;
            EXPECT_TRUE(fs::exists(directory / "blobs"));
        }
        EXPECT_FALSE(fs::exists(directory));
    }
}

TEST_F(SavedImagesTest, ImagesOfRegistriesAreNotSaved) {
    images = image(id, "mine:latest", R"(["mine@sha256:cc"])");
    EXPECT_TRUE(bring()->attributes().empty());
    EXPECT_EQ(saves, 0);
}

TEST_F(SavedImagesTest, AFailedSaveLeavesNothing) {
    save_code = 1;
    EXPECT_THAT(failure(), HasSubstr("engine's reason"));
    save_code = 0;
    archive = archive.substr(0, 700);
    EXPECT_THAT(failure(), HasSubstr("local image mine: the archive is damaged"));
    archive = tar({{.path = "../x.json", .content = "x"}});
    EXPECT_THAT(failure(), HasSubstr("points outside"));
    EXPECT_EQ(kept(), 0u);
}

} // namespace
} // namespace berth::job
