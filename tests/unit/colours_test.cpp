// SPDX-License-Identifier: Apache-2.0
// $BUILDKIT_COLORS.
#include "berth/progress/colours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace berth::progress;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ColoursTest, AcceptsNamesAndMixtures) {
    auto chosen = choose_colours("run=cyan:Error=LIGHT-RED:cancel=255,165,0:warning=default");
    EXPECT_THAT(chosen.problems, IsEmpty());
    EXPECT_EQ(chosen.colours.run, "36");
    EXPECT_EQ(chosen.colours.error, "91");
    EXPECT_EQ(chosen.colours.cancel, "38;5;214"); // 16 + 5 * 36 + 3 * 6 + 0
    EXPECT_EQ(chosen.colours.warning, "39");
}

TEST(ColoursTest, OtherColoursStay) {
    for (const auto *text : {"", ":", "error=black"}) {
        auto chosen = choose_colours(text);
        EXPECT_THAT(chosen.problems, IsEmpty()) << text;
        EXPECT_EQ(chosen.colours.run, "34") << text;
    }
}

TEST(ColoursTest, ReportsInvalidParts) {
    auto chosen = choose_colours("run=mauve:walk=blue:run:error=1,2:cancel=1,2,256:error=green");
    EXPECT_THAT(chosen.problems,
                ElementsAre(HasSubstr("'mauve' is not a colour"), HasSubstr("'walk=blue' is not"),
                            HasSubstr("'' is not a colour"), HasSubstr("'1,2' is not a colour"),
                            HasSubstr("'1,2,256' is not a colour")));
    EXPECT_EQ(chosen.colours.run, "34");
    EXPECT_EQ(chosen.colours.error, "32");
    EXPECT_THAT(choose_colours("run=\x1b[2J").problems, ElementsAre(HasSubstr("\\x1b[2j")));
}
