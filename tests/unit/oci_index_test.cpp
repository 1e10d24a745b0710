// SPDX-License-Identifier: Apache-2.0
// The index of an OCI layout in a directory.
#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"

#include "image_digest.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace berth::image {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json descriptor(char digit) {
    return {{"mediaType", "m"}, {"digest", digest(digit)}, {"size", 1}};
}

class OciIndexTest : public ::testing::Test {
  protected:
    json index() const { return json::parse(tree.content("layout/index.json")); }
    std::string named(const std::string &name) const {
        return find_in_oci_index(read_oci_index(layout), name);
    }
    test::TemporaryTree tree;
    std::filesystem::path layout = tree / "layout";
};

TEST_F(OciIndexTest, ANewLayout) {
    put_in_oci_index(layout, descriptor('a'), {{"latest"}});
    auto expected = descriptor('a');
    expected["annotations"] = {{"org.opencontainers.image.ref.name", "latest"}};
    EXPECT_EQ(index(), json({{"schemaVersion", 2},
                             {"mediaType", "application/vnd.oci.image.index.v1+json"},
                             {"manifests", {expected}}}));
    EXPECT_EQ(tree.content("layout/oci-layout"), R"({"imageLayoutVersion":"1.0.0"})");
    EXPECT_FALSE(std::filesystem::exists(layout / "index.json.lock"));
}

TEST_F(OciIndexTest, AnImageIsNamedByNameAndTag) {
    auto built = descriptor('a');
    built["annotations"] = {{"org.opencontainers.image.created", "now"}};
    put_in_oci_index(layout, built,
                     {{"docker.io/library/app:1", true}, {"localhost:5000/app:latest", true}});
    auto manifests = index()["manifests"];
    ASSERT_EQ(manifests.size(), 2u);
    EXPECT_EQ(manifests[0]["annotations"],
              json({{"io.containerd.image.name", "docker.io/library/app:1"},
                    {"org.opencontainers.image.created", "now"},
                    {"org.opencontainers.image.ref.name", "1"}}));
    EXPECT_EQ(manifests[1]["annotations"]["org.opencontainers.image.ref.name"], "latest");
    EXPECT_EQ(named("docker.io/library/app:1"), digest('a'));
    EXPECT_EQ(named("latest"), digest('a'));
    EXPECT_EQ(named("app"), "");
}

TEST_F(OciIndexTest, EachTagOfAManifestHasItsEntry) {
    put_in_oci_index(layout, descriptor('a'), {{"one"}, {"two"}, {"three"}});
    auto read = read_oci_index(layout);
    for (const std::string tag : {"one", "two", "three"}) {
        const auto *entry = find_entry_of_oci_index(read, tag);
        ASSERT_NE(entry, nullptr);
        EXPECT_EQ(annotation(*entry, reference_annotation), tag);
    }
    EXPECT_EQ(find_entry_of_oci_index(read, "four"), nullptr);
}

TEST_F(OciIndexTest, AnEntryReplacesOnlyTheOneWithItsName) {
    put_in_oci_index(layout, descriptor('a'), {{"latest"}, {"other"}, {"host/x:latest", true}});
    put_in_oci_index(layout, descriptor('b'), {{"latest"}});
    EXPECT_EQ(index()["manifests"].size(), 3u);
    EXPECT_EQ(named("latest"), digest('a')) << "of host/x:latest, which comes first";
    EXPECT_EQ(named("other"), digest('a'));
    EXPECT_EQ(index()["manifests"][2]["digest"], digest('b'));
}

TEST_F(OciIndexTest, ABrokenIndexIsAnErrorAndStays) {
    for (const auto *text : {"{", "[]", R"({"manifests":7})", R"({"manifests":[1]})"}) {
        tree.file("layout/index.json", text);
        try {
            put_in_oci_index(layout, descriptor('a'), {{"latest"}});
            ADD_FAILURE() << text;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("index.json"));
        }
        EXPECT_EQ(tree.content("layout/index.json"), text);
    }
    EXPECT_FALSE(std::filesystem::exists(layout / "index.json.lock"));
}

TEST_F(OciIndexTest, OddFieldsOfAnIndexAreHarmless) {
    tree.file("layout/index.json",
              R"({"schemaVersion":"x","manifests":[{"annotations":7},{"digest":8,"annotations":)"
              R"({"org.opencontainers.image.ref.name":"odd"}}]})");
    EXPECT_EQ(named("odd"), "");
    put_in_oci_index(layout, descriptor('a'), {{"odd"}});
    EXPECT_EQ(named("odd"), digest('a'));
}

TEST_F(OciIndexTest, ManyAtOnceLoseNothing) {
    std::vector<std::thread> threads;
    for (char name = 'a'; name < 'i'; ++name)
        threads.emplace_back(
            [this, name] { put_in_oci_index(layout, descriptor('a'), {{std::string(1, name)}}); });
    for (auto &thread : threads)
        thread.join();
    EXPECT_EQ(index()["manifests"].size(), 8u);
}

} // namespace
} // namespace berth::image
