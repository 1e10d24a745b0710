// SPDX-License-Identifier: Apache-2.0
// The shown lines of a file: BuildKit's rule, recorded from docker buildx.
#include "berth/progress/source_excerpt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace berth::progress {
namespace {

const std::string ten = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj";
const std::string rule = "--------------------\n";

// The numbers of the lines; those with a mark in brackets.
std::string shown(const std::vector<SourceRange> &ranges, const std::string &data = ten) {
    auto text = source_excerpt("f", data, ranges);
    std::string numbers;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        if (text.substr(at + 4, 3) == " | ") {
            auto number = text.substr(at + 1, 3);
            number.erase(0, number.find_first_not_of(' '));
            bool marked = text.substr(at + 7, 3) == ">>>";
            numbers += (numbers.empty() ? "" : " ") + (marked ? "[" + number + "]" : number);
        }
    return numbers;
}

TEST(SourceExcerptTest, FourLinesAroundOneAndTwoAroundSeveral) {
    EXPECT_EQ(shown({{5, 5}}), "3 4 [5] 6 7");
    EXPECT_EQ(shown({{5, 0}}), "3 4 [5] 6 7");
    EXPECT_EQ(shown({{1, 1}}), "[1] 2 3");
    EXPECT_EQ(shown({{10, 10}}), "8 9 [10]");
    EXPECT_EQ(shown({{4, 6}}), "3 [4] [5] [6] 7");
    EXPECT_EQ(shown({{3, 3}, {6, 6}}), "2 [3] 4 5 [6] 7");
    EXPECT_EQ(shown({{9, 99}}), "8 [9] [10]");
}

TEST(SourceExcerptTest, MissingLines) {
    EXPECT_EQ(source_excerpt("f", ten, {}), "");
    EXPECT_EQ(source_excerpt("f", ten, {{11, 11}}), "");
    EXPECT_EQ(source_excerpt("f", ten, {{0, 3}}), "");
    EXPECT_EQ(source_excerpt("f", "", {{1, 1}}), "f:1\n" + rule + "   1 | >>> \n" + rule);
}

TEST(SourceExcerptTest, WindowsLineEndsStay) {
    EXPECT_EQ(source_excerpt("f", "a\rb\r\n", {{1, 1}}),
              "f:1\n" + rule + "   1 | >>> a\\x0db\r\n   2 |     \n" + rule);
}

TEST(SourceExcerptTest, ManyRangesOfALargeFile) {
    std::string data(1'000'000, '\n');
    auto text = source_excerpt("f", data, std::vector<SourceRange>(10'000, {1, 1'000'000}));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1'000'003);
}

} // namespace
} // namespace berth::progress
