// SPDX-License-Identifier: Apache-2.0
// Points in time with an offset from UTC, as RFC 3339 writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::hclfunc {

// Date and time of day in the zone of a Timestamp.
struct CivilTime {
    std::int64_t year;
    int month;    // 1 to 12
    int day;      // 1 to 31
    int hour;     // 0 to 23
    int minute;   // 0 to 59
    int second;   // 0 to 59
    int weekday;  // 0 is Sunday
    int year_day; // 1 to 366
};

struct Timestamp {
    std::int64_t seconds = 0; // since 1970-01-01T00:00:00Z
    int nanoseconds = 0;      // 0 to 999,999,999
    int offset = 0;           // seconds east of UTC

    CivilTime civil() const;
};

struct IsoWeek {
    std::int64_t year;
    int week; // 1 to 53
};
IsoWeek iso_week(const CivilTime &time);

std::string_view month_name(int month);     // 1 is "January"
std::string_view weekday_name(int weekday); // 0 is "Sunday"

int days_in_month(std::int64_t year, int month);
std::int64_t unix_seconds(std::int64_t year, int month, int day, int hour, int minute, int second);

// Reads strict RFC 3339. Throws an Error with go-cty's message.
Timestamp parse_timestamp(std::string_view text);
// Reads RFC 3339 as Go's time.Parse does: also an hour of one digit, a comma before the fraction,
// and offsets up to 24:60. Throws the same errors.
Timestamp parse_timestamp_leniently(std::string_view text);

// In seconds, without a fraction; "Z" for UTC.
std::string format_timestamp(const Timestamp &time);
// The offset, for example "+01:30", or "+0130" without a separator.
std::string format_offset(int offset, std::string_view separator);

// `time` plus a number of nanoseconds.
Timestamp add(const Timestamp &time, std::int64_t nanoseconds);

// Go's durations: "1h30m", "-1.5s", "10us"; in nanoseconds. Throws an Error with Go's message.
std::int64_t parse_duration(std::string_view text);

// go-cty's formatdate: runs of letters stand for parts of the time ("YYYY-MM-DD'T'hh:mm:ssZ").
// Throws an Error that names an unknown verb.
std::string format_date(std::string_view format, const Timestamp &time);

} // namespace berth::hclfunc
