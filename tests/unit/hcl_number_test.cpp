// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/number.hpp"
#include "berth/util/error.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

using namespace berth;
using namespace berth::hcl;

namespace {

Number parsed(const std::string &text) {
    const auto number = Number::parse(text);
    EXPECT_TRUE(number) << text;
    return number.value_or(Number());
}

TEST(HclNumberTest, KeepsEveryWrittenDigit) {
    for (const std::string text : {"0", "12", "-3", "0.1", "123456789012345678901234567890",
                                   "0.123456789012345678901234567890123456789", "1000000"})
        EXPECT_EQ(parsed(text).text(), text);
}

TEST(HclNumberTest, ReadsLikeGo) {
    EXPECT_EQ(parsed(".5").text(), "0.5");
    EXPECT_EQ(parsed("5.").text(), "5");
    EXPECT_EQ(parsed("+1").text(), "1");
    EXPECT_EQ(parsed("-0").text(), "-0");
    EXPECT_EQ(parsed("3p4").text(), "48");
    EXPECT_EQ(parsed("1.5e3").text(), "1500");
    EXPECT_EQ(parsed("25e-3").text(), "0.025");
    EXPECT_TRUE(parsed("Inf").is_infinite());
    for (const std::string text :
         {"", "-", ".", "1e", "1e+-2", "0x10", "1_0", " 1", "1 ", "a", "1.2.3"})
        EXPECT_FALSE(Number::parse(text)) << text;
}

TEST(HclNumberTest, RefusesHugeExponents) {
    EXPECT_TRUE(Number::parse("1e100000"));
    EXPECT_FALSE(Number::parse("1e100001"));
    EXPECT_FALSE(Number::parse("1e99999999999999999999"));
}

TEST(HclNumberTest, RefusesToWriteMillionsOfDigits) {
    Number number = parsed("1e100000");
    for (int i = 0; i < 6; ++i)
        number = number * number;
    EXPECT_THROW(number.text(), Error);
}

// 1/3 has 64 bits where both numbers count something, and 512 where one was written.
TEST(HclNumberTest, RoundsToTheLargerPrecision) {
    EXPECT_EQ((Number(1) / Number(3)).text(), "0.33333333333333333334");
    EXPECT_EQ((Number(1) / parsed("3")).precision(), 512);
    EXPECT_EQ(Number(0.1).text(), "0.1");
    EXPECT_EQ((Number(0.1) + Number(0.2)).text(), "0.30000000000000004");
    EXPECT_EQ((parsed("0.1") + parsed("0.2")).text(), "0.3");
}

TEST(HclNumberTest, FormatsLikeGo) {
    const Number number = parsed("1234.5678");
    EXPECT_EQ(number.text('f', 2), "1234.57");
    EXPECT_EQ(number.text('f', 0), "1235");
    EXPECT_EQ(number.text('e', 3), "1.235e+03");
    EXPECT_EQ(number.text('g', 3), "1.23e+03");
    EXPECT_EQ(number.text('g', -1), "1234.5678");
    EXPECT_EQ(parsed("0.00001").text('g', -1), "1e-05");
    EXPECT_EQ(parsed("99.99").text('f', 1), "100.0");
    EXPECT_EQ(parsed("0.001").text('f', 1), "0.0");
    EXPECT_EQ(Number(0).text('e', 2), "0.00e+00");
}

TEST(HclNumberTest, DividesWithRemainder) {
    EXPECT_EQ(modulo(Number(-10), Number(3)).text(), "-1");
    EXPECT_EQ(modulo(Number(10), Number(-3)).text(), "1");
    EXPECT_EQ(modulo(Number(5), Number(0)).text(), "5");
    EXPECT_TRUE((Number(1) / Number(0)).is_infinite());
    EXPECT_THROW(Number(0) / Number(0), Error);
}

TEST(HclNumberTest, ConvertsToIntegers) {
    EXPECT_EQ(Number(7).to_int64(), 7);
    EXPECT_FALSE(parsed("7.5").to_int64());
    EXPECT_FALSE(parsed("1e30").to_int64());
    EXPECT_EQ(Number(std::numeric_limits<std::int64_t>::min()).to_int64(),
              std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(parsed("-7.5").floor().text(), "-8");
    EXPECT_EQ(parsed("-7.5").ceiling().text(), "-7");
    EXPECT_EQ(parsed("-7.5").integer_text(), "-7");
    EXPECT_EQ(Number(255).integer_text(16), "ff");
}

TEST(HclNumberTest, ReadsIntegersOfAnyBase) {
    EXPECT_EQ(Number::parse_integer("ff", 16)->text(), "255");
    EXPECT_EQ(Number::parse_integer("-FF", 16)->text(), "-255");
    EXPECT_EQ(Number::parse_integer("zZ", 62)->text(), std::to_string(35 * 62 + 61));
    EXPECT_EQ(Number::parse_integer("z", 36)->text(), "35");
    for (const std::string text : {"", "-", " 1", "1 ", "2", "0b1", "1.0"})
        EXPECT_FALSE(Number::parse_integer(text, 2)) << text;
}

} // namespace
