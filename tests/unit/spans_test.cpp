// SPDX-License-Identifier: Apache-2.0
// Traces from a builder that may be hostile.
#include "berth/util/error.hpp"

#include "../../src/history/spans.hpp"

#include <gtest/gtest.h>

namespace berth::history {
namespace {

// Writing them later would take more stack than there is.
TEST(SpansTest, DeepValuesAreAnError) {
    auto nested = [](std::size_t depth) {
        return R"({"SpanContext":{},"A":)" + std::string(depth, '[') + std::string(depth, ']') +
               "}";
    };
    std::size_t count = 0;
    each_span(nested(100) + "\n" + nested(100), [&](const auto &) { ++count; });
    EXPECT_EQ(count, 2u);
    EXPECT_THROW(each_span(nested(100'000), [](const auto &) {}), Error);
    EXPECT_THROW(each_span(nested(1) + nested(100'000), [](const auto &) {}), Error);
}

} // namespace
} // namespace berth::history
