// SPDX-License-Identifier: Apache-2.0
// An image as an OCI layout in a directory.
#include "berth/image/oci_index.hpp"
#include "berth/job/layout_output.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace berth::job {
namespace {

using ::testing::HasSubstr;

class LayoutOutputTest : public ::testing::Test {
  protected:
    Output output(const std::string &more = "") const {
        BuildOptions options;
        options.outputs = {"type=oci,tar=false,dest=" + directory.string() + more};
        return read_outputs(options, false).front();
    }
    std::string find(const std::string &name) const {
        return image::find_in_oci_index(image::read_oci_index(directory), name);
    }
    void finish(const std::string &more, const std::vector<std::string> &tags) const {
        finish_layout(output(more), response, tags);
    }

    test::TemporaryTree tree;
    std::filesystem::path directory = tree / "a" / "layout";
    std::string digest = "sha256:" + sha256_hex("manifest");
    std::map<std::string, std::string> response = {
        {"containerimage.descriptor",
         base64_encode(R"({"mediaType":"m","size":8,"digest":")" + digest + R"("})")},
        {"image.name", "docker.io/library/frontend:latest"}};

    void blob() const { tree.file("a/layout/blobs/sha256/" + sha256_hex("manifest"), "manifest"); }
};

TEST_F(LayoutOutputTest, BuildKitWritesToOneStore) {
    auto stores = layout_stores({output(), {.type = "image"}});
    ASSERT_EQ(stores.size(), 1u);
    EXPECT_EQ(stores.at("export").path, directory);
    EXPECT_TRUE(stores.at("export").writable);
    EXPECT_TRUE(std::filesystem::is_empty(tree.path()));
    EXPECT_TRUE(layout_stores({{.type = "oci", .destination = "x"}}).empty());
    EXPECT_THROW(layout_stores({output(), output()}), Error);
    tree.file("a/layout");
    EXPECT_THROW(layout_stores({output()}), Error);
}

TEST_F(LayoutOutputTest, TheImageIsNamedByItsTags) {
    blob();
    finish("", {"app", "host:5000/x:2"});
    EXPECT_EQ(find("docker.io/library/app:latest"), digest);
    EXPECT_EQ(find("host:5000/x:2"), digest);
    EXPECT_EQ(tree.content("a/layout/oci-layout"), R"({"imageLayoutVersion":"1.0.0"})");
}

TEST_F(LayoutOutputTest, WithoutTagsByItsNameElseLatest) {
    blob();
    finish("", {});
    EXPECT_EQ(find("latest"), digest);
    finish(",name=named:1", {});
    EXPECT_EQ(find("docker.io/library/named:1"), digest);
    finish(",name=*", {});
    EXPECT_EQ(find("docker.io/library/frontend:latest"), digest);
}

TEST_F(LayoutOutputTest, ABuildOfNothingWritesNothing) {
    response.clear();
    finish("", {"app"});
    EXPECT_FALSE(std::filesystem::exists(directory));
}

// As beside type=docker for an engine with a classic store.
TEST_F(LayoutOutputTest, FindsAnImageWithAnotherDigest) {
    auto add = [this](const std::string &text) {
        tree.file("a/layout/blobs/sha256/" + sha256_hex(text), text);
        return "sha256:" + sha256_hex(text);
    };
    auto manifest =
        add(R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]})");
    add("a layer");
    add(R"({"architecture":"amd64"})");
    finish("", {"app"});
    EXPECT_EQ(find("docker.io/library/app:latest"), manifest);

    auto whole =
        add(R"({"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"digest":")" +
            manifest + R"("}]})");
    finish("", {"several"});
    EXPECT_EQ(find("docker.io/library/several:latest"), whole);
    EXPECT_EQ(find("docker.io/library/app:latest"), manifest);
}

TEST_F(LayoutOutputTest, AMissingImageIsAnError) {
    for (const auto *bad : {"", "%", "bm8ganNvbg==", "e30="}) {
        if (*bad != 0)
            response["containerimage.descriptor"] = bad;
        try {
            finish("", {"app"});
            ADD_FAILURE() << bad;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("is not in " + directory.string()));
        }
    }
}

} // namespace
} // namespace berth::job
