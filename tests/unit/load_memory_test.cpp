// SPDX-License-Identifier: Apache-2.0
// The loaded images that may share layers with the next one.
#include "berth/image/load_memory.hpp"
#include "berth/util/file.hpp"

#include "image_digest.hpp"
#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace berth::image {
namespace {

BuiltImage image_of(char name, const std::string &layers) {
    BuiltImage image{.config_digest = digest(name), .manifest_digest = digest(name), .layers = {}};
    for (char layer : layers)
        image.layers.push_back({.digest = digest(layer), .diff_id = digest(layer)});
    return image;
}

class LoadMemoryTest : public ::testing::Test {
  protected:
    // The names of the related images, best first.
    std::string related(const std::string &layers, std::size_t most = 9) {
        std::string names;
        for (const auto &image : memory.related(image_of('0', layers), most))
            names += image.manifest_digest.back();
        return names;
    }

    test::TemporaryDirectory directory;
    LoadMemory memory{directory / "sub" / "loads.json"};
};

TEST_F(LoadMemoryTest, TheImageWithTheMostLayersInCommonComesFirst) {
    memory.remember(image_of('1', "ab"), {"app"});
    memory.remember(image_of('2', "abc"), {"app"});
    memory.remember(image_of('3', "xabc"), {"app"});
    memory.remember(image_of('4', "a"), {"app"});
    EXPECT_EQ(related("abcd"), "214");
    EXPECT_EQ(related("abcd", 1), "2");
    EXPECT_EQ(related("z"), "");
}

TEST_F(LoadMemoryTest, TheLatestOfEqualImagesComesFirst) {
    memory.remember(image_of('1', "ab"), {"app"});
    memory.remember(image_of('2', "ac"), {"app"});
    EXPECT_EQ(related("ad"), "21");
    memory.remember(image_of('1', "ab"), {"app"});
    EXPECT_EQ(related("ad"), "12");
}

TEST_F(LoadMemoryTest, KeepsTheLatestImages) {
    memory.remember(image_of('1', "a"), {"app"});
    for (int i = 0; i < 64; ++i) {
        auto image = image_of('2', "b");
        image.manifest_digest = "sha256:" + std::string(62, '0') + std::to_string(10 + i);
        memory.remember(image, {"app"});
    }
    EXPECT_EQ(related("a"), "");
    EXPECT_EQ(related("b", 99).size(), 64u);
}

TEST_F(LoadMemoryTest, ADamagedFileIsEmpty) {
    for (const auto *text :
         {"", "{", "7", "[7]", "null", R"([{"config":"-x","manifest":"-x","layers":[]}])",
          R"([{"config":1,"manifest":2,"layers":3}])"}) {
        memory.remember(image_of('1', "a"), {"app"});
        write_file_atomically(directory / "sub" / "loads.json", text, 0600);
        EXPECT_EQ(related("a"), "") << text;
    }
    memory.remember(image_of('1', "a"), {"app"});
    EXPECT_EQ(related("a"), "1");
}

} // namespace
} // namespace berth::image
