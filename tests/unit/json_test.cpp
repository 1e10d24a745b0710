// SPDX-License-Identifier: Apache-2.0
#include "berth/util/json.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

std::string why(const std::string &text) {
    std::string reason;
    EXPECT_TRUE(read_json(text, &reason).is_discarded()) << text.substr(0, 40);
    EXPECT_TRUE(read_ordered_json(text).is_discarded()) << text.substr(0, 40);
    return reason;
}

std::string nested(int depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonTest, ReadsJson) {
    EXPECT_EQ(read_json(R"({"a":[1,"x"]})")["a"][1], "x");
    EXPECT_EQ(read_json("null"), nullptr);
    EXPECT_FALSE(read_json(nested(deepest_json)).is_discarded());
    EXPECT_EQ(read_json('"' + std::string(1000, '[') + '"').get<std::string>().size(), 1000u)
        << "brackets in a string nest nothing";
    EXPECT_EQ(read_ordered_json(R"({"b":1,"a":2})").dump(), R"({"b":1,"a":2})");
}

TEST(JsonTest, RefusesOtherTextsAndLimits) {
    EXPECT_EQ(why(""), "not JSON at byte 1");
    EXPECT_EQ(why("{\"a\":"), "not JSON at byte 6");
    EXPECT_EQ(why("[1e999]"), "a number is too large");
    EXPECT_EQ(why(nested(deepest_json + 1)), "nested more than 200 levels deep");
    EXPECT_EQ(why(std::string(100'000, '[')), "nested more than 200 levels deep");
    EXPECT_EQ(why("\"\\\""), "not JSON at byte 4");
}

} // namespace
} // namespace berth
