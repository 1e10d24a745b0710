// SPDX-License-Identifier: Apache-2.0
// An image in a directory, as a named context.
#include "berth/image/oci_index.hpp"
#include "berth/job/oci_layout.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace berth::job {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class OciLayoutTest : public ::testing::Test {
  protected:
    OciLayoutTest() {
        put("a", {{"one"}, {"docker.io/library/app:two", true}});
        put("b", {{"latest"}});
    }
    void put(const std::string &digit, const std::vector<image::OciName> &names) const {
        std::string hex;
        while (hex.size() < 64)
            hex += digit;
        image::put_in_oci_index(layout, {{"digest", "sha256:" + hex}}, names);
    }
    std::string failure(const std::string &text) const {
        try {
            find_oci_layout(text);
        } catch (const Error &error) {
            return error.what();
        }
        return "nothing";
    }
    test::TemporaryTree tree;
    std::string layout = (tree / "dir:with" / "colon").string();
    std::string a = "sha256:" + std::string(64, 'a'), b = "sha256:" + std::string(64, 'b'),
                c = "sha256:" + std::string(64, 'c');
};

TEST_F(OciLayoutTest, ByTagNameOrDigest) {
    EXPECT_EQ(find_oci_layout(layout).digest, b);
    EXPECT_EQ(find_oci_layout(layout + ":one").digest, a);
    EXPECT_EQ(find_oci_layout(layout + ":two").digest, a);
    EXPECT_EQ(find_oci_layout(layout + "@" + c).digest, c);
    EXPECT_EQ(find_oci_layout(layout + ":one@" + c).digest, c);
    EXPECT_EQ(find_oci_layout(layout + ":one@" + c).tag, "one");
}

TEST_F(OciLayoutTest, ItsAttributeForBuildKit) {
    auto found = find_oci_layout(layout + ":one");
    auto stores = found.stores();
    ASSERT_EQ(stores.size(), 1u);
    EXPECT_EQ(stores.begin()->second.path, std::filesystem::canonical(layout));
    EXPECT_FALSE(stores.begin()->second.writable);
    auto id = stores.begin()->first;
    ASSERT_THAT(id, StartsWith("oci:layout-"));
    EXPECT_EQ(found.attribute(), "oci-layout://" + id.substr(4) + ":one@" + a);
    EXPECT_EQ(find_oci_layout(layout + "@" + c).attribute(),
              "oci-layout://" + id.substr(4) + "@" + c);
}

TEST_F(OciLayoutTest, TheOnlyImageNeedsNoName) {
    layout = (tree / "single").string();
    put("c", {{"whatever"}});
    EXPECT_EQ(find_oci_layout(layout).digest, c);
    EXPECT_EQ(find_oci_layout(layout + ":other").digest, c);
}

TEST_F(OciLayoutTest, ReportsMissingParts) {
    EXPECT_THAT(failure((tree / "none").string()), EndsWith("none is not a directory"));
    EXPECT_THAT(failure(layout + ":three"), HasSubstr("it has no image three"));
    EXPECT_THAT(failure(layout + "@sha256:abc"), HasSubstr("sha256:abc is not a digest"));
    EXPECT_THAT(failure(tree.path().string()), HasSubstr("index.json"));
    tree.file("odd/index.json", R"({"manifests":[{"digest":"../x"}]})");
    EXPECT_THAT(failure((tree / "odd").string()), HasSubstr("../x is not a digest"));
}

} // namespace
} // namespace berth::job
