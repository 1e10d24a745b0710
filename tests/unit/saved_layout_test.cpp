// SPDX-License-Identifier: Apache-2.0
// Archives of `docker save` from old and new dockers, and hostile ones.
#include "berth/image/oci_index.hpp"
#include "berth/image/saved_layout.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include "tar_text.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace berth::image {
namespace {

using job::TarMember;
using nlohmann::json;
using ::testing::HasSubstr;

class SavedLayoutTest : public ::testing::Test {
  protected:
    std::string write(std::initializer_list<TarMember> members) const {
        return write_saved_layout(job::reader(job::tar(members)), tree / "layout");
    }
    std::string failure(std::initializer_list<TarMember> members) const {
        try {
            write(members);
        } catch (const Error &error) {
            return error.what();
        }
        return "nothing";
    }
    std::string blob(const std::string &digest) const {
        return tree.content("layout/blobs/sha256/" + hex_of(digest));
    }
    static std::string digest(const std::string &content) {
        return "sha256:" + sha256_hex(content);
    }
    static TarMember blob_of(const std::string &content) {
        return {.path = "blobs/sha256/" + sha256_hex(content), .content = content};
    }
    test::TemporaryTree tree;
};

TEST_F(SavedLayoutTest, AnOciLayoutKeepsItsDigest) {
    auto index =
        json({{"manifests", {{{"digest", digest("not there")}}, {{"digest", digest("manifest")}}}}})
            .dump();
    auto found = write({{.path = "blobs/", .type = '5'},
                        blob_of("config"),
                        blob_of("manifest"),
                        {.path = "index.json", .content = index},
                        {.path = "manifest.json", .content = "[]"},
                        {.path = "oci-layout", .content = "{}"}});
    EXPECT_EQ(found, digest("manifest"));
    EXPECT_EQ(blob(found), "manifest");
    EXPECT_EQ(blob(digest("config")), "config");
}

TEST_F(SavedLayoutTest, CreatesAManifestForTheOldForm) {
    std::string zipped = "\x1f\x8b zipped";
    auto found = write(
        {{.path = "1a/", .type = '5'},
         {.path = "1a/VERSION", .content = "1.0"},
         {.path = "1a/layer.tar", .content = "first"},
         {.path = "2b/layer.tar", .type = '2', .target = "../1a/layer.tar"},
         {.path = "3c/layer.tar", .content = zipped},
         {.path = "c.json", .content = "config"},
         {.path = "manifest.json",
          .content =
              R"([{"Config":"c.json","Layers":["1a/layer.tar","2b/layer.tar","3c/layer.tar"]}])"}});
    auto manifest = json::parse(blob(found));
    EXPECT_EQ(digest(blob(found)), found);
    EXPECT_EQ(manifest["config"], json({{"mediaType", "application/vnd.oci.image.config.v1+json"},
                                        {"digest", digest("config")},
                                        {"size", 6}}));
    auto layer = [&](std::size_t number) { return manifest["layers"][number]; };
    ASSERT_EQ(manifest["layers"].size(), 3u);
    EXPECT_EQ(layer(0), json({{"mediaType", "application/vnd.oci.image.layer.v1.tar"},
                              {"digest", digest("first")},
                              {"size", 5}}));
    EXPECT_EQ(layer(1), layer(0));
    EXPECT_EQ(layer(2)["mediaType"], "application/vnd.oci.image.layer.v1.tar+gzip");
    EXPECT_EQ(blob(digest("first")), "first");
    EXPECT_EQ(blob(digest("config")), "config");
}

TEST_F(SavedLayoutTest, AnImageWithoutLayers) {
    auto found =
        write({{.path = "c.json", .content = "config"},
               {.path = "manifest.json", .content = R"([{"Config":"c.json","Layers":null}])"}});
    EXPECT_EQ(json::parse(blob(found))["layers"], json::array());
}

TEST_F(SavedLayoutTest, WritesNothingElsewhere) {
    tree.file("secret", "s");
    for (const auto *path : {"/etc/x.json", "../x.json", "a/../../x.json", ".."})
        EXPECT_THAT(failure({{.path = path, .content = "x"}}), HasSubstr("points outside")) << path;
    auto hex = sha256_hex("other");
    EXPECT_THAT(failure({{.path = "blobs/sha256/" + hex, .content = "this"}}),
                HasSubstr("does not match its digest"));
    EXPECT_THAT(failure({{.path = "blobs/sha256/" + hex, .type = '2', .target = "/etc/passwd"},
                         {.path = "index.json",
                          .content = R"({"manifests":[{"digest":"sha256:)" + hex + R"("}]})"}}),
                HasSubstr("neither"));
    EXPECT_FALSE(std::filesystem::is_symlink(tree / ("layout/blobs/sha256/" + hex)));
    EXPECT_THAT(
        failure({{.path = "a.json", .type = '2', .target = "../secret"},
                 {.path = "manifest.json", .content = R"([{"Config":"a.json","Layers":[]}])"}}),
        HasSubstr("../secret is missing"));
    EXPECT_THAT(
        failure({{.path = "a.json", .type = '2', .target = "a.json"},
                 {.path = "manifest.json", .content = R"([{"Config":"a.json","Layers":[]}])"}}),
        HasSubstr("is missing"));
}

TEST_F(SavedLayoutTest, MalformedDocumentsAreErrors) {
    EXPECT_THAT(failure({}), HasSubstr("neither an index.json nor a manifest.json"));
    for (const auto *text : {"", "{", "7", "[]"})
        EXPECT_THAT(failure({{.path = "index.json", .content = text}}), HasSubstr("malformed"))
            << text;
    for (const auto *text :
         {"{}", "[", "[]", "[7]", "[{}]", R"([{"Layers":7}])", R"([{"Layers":[7]}])",
          R"([{"Config":7,"Layers":[]}])", R"([{"Config":"missing.json","Layers":[]}])"})
        EXPECT_THAT(failure({{.path = "manifest.json", .content = text}}),
                    HasSubstr("cannot use the image that the engine saved"))
            << text;
}

} // namespace
} // namespace berth::image
