#include "berth/build/output_with_end.hpp"

#include <gtest/gtest.h>

namespace berth::build {
namespace {

constexpr const char *end = "berth-1234 end\n";

struct Taken {
    std::string passed;
    bool reached = false;
};

// `text` in pieces of so many bytes.
Taken take(std::string_view text, std::size_t piece) {
    Taken taken;
    OutputWithEnd output(end, [&taken](std::string_view bytes) { taken.passed += bytes; });
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        output.take(text.substr(0, piece));
    taken.reached = output.reached();
    output.finish();
    return taken;
}

TEST(OutputWithEndTest, TheLastLineIsTakenAwayWhereverItIsCut) {
    const std::string data = "some\nberth-12 data, and no line break";
    for (std::size_t piece = 1; piece < 80; ++piece) {
        auto taken = take(data + end, piece);
        EXPECT_TRUE(taken.reached) << piece;
        EXPECT_EQ(taken.passed, data) << piece;
    }
}

TEST(OutputWithEndTest, WithoutItEverythingGoesOn) {
    for (const std::string data :
         {"", "b", "data", "data berth-1234", "data berth-1234 end", "berth-12 end\n"})
        for (std::size_t piece : {1, 7, 100}) {
            auto taken = take(data, piece);
            EXPECT_FALSE(taken.reached) << data;
            EXPECT_EQ(taken.passed, data);
        }
}

TEST(OutputWithEndTest, WhatCannotBeTheEndIsNotHeldBack) {
    std::string passed;
    OutputWithEnd output(end, [&passed](std::string_view bytes) { passed += bytes; });
    output.take("/some/folder\n");
    EXPECT_EQ(passed, "/some/folder\n");
}

} // namespace
} // namespace berth::build
