// SPDX-License-Identifier: Apache-2.0
#include "berth/util/units.hpp"

#include <gtest/gtest.h>

namespace berth {
namespace {

using namespace std::chrono_literals;

// https://pkg.go.dev/github.com/docker/go-units#RAMInBytes
TEST(UnitsTest, ReadsSizesLikeDocker) {
    struct Case {
        const char *text;
        std::int64_t bytes;
    };
    for (auto [text, bytes] : {
             Case{"0", 0},
             Case{"32", 32},
             Case{"32b", 32},
             Case{"32B", 32},
             Case{"32k", 32 << 10},
             Case{"32K", 32 << 10},
             Case{"32kb", 32 << 10},
             Case{"32Kb", 32 << 10},
             Case{"32KiB", 32 << 10},
             Case{"32 kb", 32 << 10},
             Case{"1.5GiB", 3ll << 29},
             Case{"512m", 512ll << 20},
             Case{"32T", 32ll << 40},
             Case{"32PB", 32ll << 50},
             Case{"32.5kB", 33280},
             Case{"0.1k", 102},
             Case{".5kB", 512},
             Case{"1e3", 1000},
             Case{"3e5", 300000},
             Case{"+300k", 300 << 10},
             Case{"1_000", 1000},
             Case{"-0", 0},
             Case{"5.", 5},
             Case{"32 ", 32},
             Case{"0x1p4", 16},
         })
        EXPECT_EQ(parse_bytes(text), bytes) << text;
    for (auto text : {"",  "-1",         "hello",  "32  kb", "32 k b", "32bb", "32mib.", "32x",
                      "k", "-2",         " 32",    "1.2.3",  "1e400",  "1__0", "_1",     "1_",
                      ".", "99999999PB", "32kibi", "0x10",   "inf",    "nan"})
        EXPECT_FALSE(parse_bytes(text)) << text;
}

TEST(UnitsTest, WritesDecimalSizesLikeBuildKit) {
    struct Case {
        double bytes;
        const char *text;
    };
    for (auto [bytes, text] :
         {Case{0, "0B"}, Case{2, "2B"}, Case{98, "98B"}, Case{164, "164B"}, Case{999, "999B"},
          Case{1000, "1kB"}, Case{1024, "1.02kB"}, Case{1070000, "1.07MB"},
          Case{12345678, "12.3MB"}, Case{123456789, "123MB"}, Case{2150000000, "2.15GB"}})
        EXPECT_EQ(format_decimal_bytes(bytes), text);
}

TEST(UnitsTest, WritesBinarySizesLikeDockerBuildx) {
    struct Case {
        double bytes;
        const char *text;
    };
    for (auto [bytes, text] :
         {Case{0, "0B"}, Case{1023, "1023B"}, Case{1024, "1KiB"}, Case{512e6, "488.3MiB"},
          Case{1e10, "9.313GiB"}, Case{1048576, "1MiB"}, Case{3.0 * (1ull << 39), "1.5TiB"}})
        EXPECT_EQ(format_binary_bytes(bytes), text);
}

TEST(UnitsTest, ReadsAndWritesTimes) {
    struct Case {
        const char *text, *written;
    };
    for (auto [text, written] : {
             Case{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
             Case{"2026-11-24T01:35:27.471Z", "2026-11-24T01:35:27.471Z"},
             Case{"2026-11-24T01:35:27.471000Z", "2026-11-24T01:35:27.471Z"},
             Case{"2026-11-24T01:35:27.123456789123Z", "2026-11-24T01:35:27.123456789Z"},
             Case{"2026-11-24T01:35:27+02:00", "2026-11-23T23:35:27Z"},
             Case{"2026-11-24T01:35:27.5-00:30", "2026-11-24T02:05:27.5Z"},
             Case{"2024-02-29t12:00:00z", "2024-02-29T12:00:00Z"},
             Case{"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"},
             Case{"2261-12-31T23:59:59Z", "2261-12-31T23:59:59Z"},
         }) {
        auto time = parse_rfc3339(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(format_rfc3339(*time), written);
    }
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5Z"), Time(1500ms));
    for (auto text : {"", "2026-11-24", "2026-11-24T01:35:27", "2026-11-24 01:35:27Z",
                      "2026-13-24T01:35:27Z", "2026-02-30T01:35:27Z", "2026-11-24T24:00:00Z",
                      "2026-11-24T01:60:00Z", "2026-11-24T01:35:27.Z", "2026-11-24T01:35:27+2:00",
                      "2026-11-24T01:35:27+24:00", "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z",
                      "2026-11-24T01:35:27Zx", "2026-11-24T01:35:27.471", "xxxx-11-24T01:35:27Z"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

// https://pkg.go.dev/time#ParseDuration
TEST(UnitsTest, ReadsAndWritesDurations) {
    struct Case {
        const char *text;
        std::chrono::nanoseconds duration;
        const char *written;
    };
    for (auto [text, duration, written] : {
             Case{"0", 0s, "0s"},
             Case{"20s", 20s, "20s"},
             Case{"1m30s", 90s, "1m30s"},
             Case{"1.5m", 90s, "1m30s"},
             Case{"48h", 48h, "48h0m0s"},
             Case{".5s", 500ms, "500ms"},
             Case{"-1.5h", -90min, "-1h30m0s"},
             Case{"+5s", 5s, "5s"},
             Case{"100ns", 100ns, "100ns"},
             Case{"1500us", 1500us, "1.5ms"},
             Case{"1500ns", 1500ns, "1.5\u00b5s"},
             Case{"2\u00b5s", 2us, "2\u00b5s"},
             Case{"1h2m3.004s", 1h + 2min + 3004ms, "1h2m3.004s"},
         }) {
        EXPECT_EQ(parse_duration(text), duration) << text;
        EXPECT_EQ(format_duration(duration), written);
    }
    for (auto text : {"", "3", "-", "s", ".s", "1x", "1 s", "1s ", "1m30", "--1s", "1..5s",
                      "9999999999h", "1e3s"})
        EXPECT_FALSE(parse_duration(text)) << text;
    EXPECT_EQ(format_duration(std::chrono::nanoseconds::min()), "-2562047h47m16.854775808s");
}

} // namespace
} // namespace berth
