// SPDX-License-Identifier: Apache-2.0
// The manifest and the config of a built image.
#include "berth/image/image_archive.hpp"
#include "berth/util/error.hpp"

#include "image_digest.hpp"

#include <gtest/gtest.h>

namespace berth::image {
namespace {

ImageDocuments documents_of(const std::string &layers, const std::string &config) {
    return {.manifest_digest = digest('d'),
            .manifest_type = "type",
            .manifest = R"({"config":{"digest":")" + digest('c') + R"("},"layers":)" + layers + "}",
            .config = config};
}

TEST(ImageArchiveTest, ReadsTheBuildersDocuments) {
    auto image =
        read_built_image(documents_of(R"([{"digest":")" + digest('1') + R"(","size":7}])",
                                      R"({"rootfs":{"diff_ids":[")" + digest('2') + R"("]}})"));
    EXPECT_EQ(image.config_digest, digest('c'));
    EXPECT_EQ(image.manifest_digest, digest('d'));
    EXPECT_EQ(image.media_type, "type");
    ASSERT_EQ(image.layers.size(), 1u);
    EXPECT_EQ(image.layers[0].digest, digest('1'));
    EXPECT_EQ(image.layers[0].diff_id, digest('2'));
    EXPECT_EQ(image.layers[0].size, 7);
}

TEST(ImageArchiveTest, NonsenseIsAnError) {
    auto layer = R"([{"digest":")" + digest('1') + R"(","size":7}])";
    auto two = R"({"rootfs":{"diff_ids":[")" + digest('2') + R"("]}})";
    for (const auto &[layers, config] : std::vector<std::pair<std::string, std::string>>{
             {"[", "{}"},
             {"[]", "{}"},
             {layer, R"({"rootfs":{"diff_ids":[]}})"},
             {R"([{"digest":"sha256:../../x","size":7}])", two},
             {R"([{"digest":")" + digest('1') + R"(","size":"x"}])", two},
             {R"([{"digest":")" + digest('1') + R"(","size":-1}])", two},
         })
        EXPECT_THROW(read_built_image(documents_of(layers, config)), Error) << layers << config;
    EXPECT_THROW(read_built_image(ImageDocuments{}), Error);
}

} // namespace
} // namespace berth::image
