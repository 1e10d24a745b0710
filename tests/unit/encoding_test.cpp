// SPDX-License-Identifier: Apache-2.0
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace berth {
namespace {

// RFC 4648, section 10.
TEST(EncodingTest, Base64) {
    struct Case {
        const char *bytes, *text;
    };
    for (auto [bytes, text] :
         {Case{"", ""}, Case{"f", "Zg=="}, Case{"fo", "Zm8="}, Case{"foo", "Zm9v"},
          Case{"foob", "Zm9vYg=="}, Case{"fooba", "Zm9vYmE="}, Case{"foobar", "Zm9vYmFy"}}) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text), bytes);
    }
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    EXPECT_EQ(base64_decode(base64_encode(all)), all);
    for (auto text : {"Z", "Zg", "Zg=", "Z===", "Zm9v?", "Zg==Zg==", "-_"})
        EXPECT_FALSE(base64_decode(text)) << text;
}

// FIPS 180-4 examples.
TEST(EncodingTest, Sha256) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 pieces;
    for (int i = 0; i < 1000; ++i)
        pieces.update(std::string(1000, 'a'));
    EXPECT_EQ(pieces.hex(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(EncodingTest, RandomHex) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        auto text = random_hex(16);
        EXPECT_EQ(text.size(), 16u);
        EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
        EXPECT_TRUE(seen.insert(text).second);
    }
    EXPECT_THROW(random_hex(1000), Error);
}

} // namespace
} // namespace berth
