// SPDX-License-Identifier: Apache-2.0
#include "timestamp.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace berth::hclfunc {

namespace {

constexpr std::int64_t day_seconds = 86400;
constexpr std::int64_t era_days = 146097; // days of 400 years

constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

// Counts years from March, so that the leap day is the last day of its year.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
    year -= month <= 2 ? 1 : 0;
    auto era = floor_div(year, 400);
    auto year_of_era = year - era * 400;
    auto day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    auto day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * era_days + day_of_era - 719468;
}

struct Date {
    std::int64_t year;
    int month;
    int day;
};

Date civil_from_days(std::int64_t days) {
    days += 719468;
    auto era = floor_div(days, era_days);
    auto day_of_era = days - era * era_days;
    auto year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    auto month = (5 * day_of_year + 2) / 153;
    auto day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
    month += month < 10 ? 3 : -9;
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), static_cast<int>(month), day};
}

bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

} // namespace

CivilTime Timestamp::civil() const {
    auto days = floor_div(seconds, day_seconds);
    auto rest = (seconds % day_seconds + day_seconds) % day_seconds + offset;
    days += floor_div(rest, day_seconds);
    auto of_day = static_cast<int>(rest - floor_div(rest, day_seconds) * day_seconds);
    auto [year, month, day] = civil_from_days(days);
    auto weekday = static_cast<int>(days + 4 - floor_div(days + 4, 7) * 7);
    auto year_day = static_cast<int>(days - days_from_civil(year, 1, 1)) + 1;
    return {year, month, day, of_day / 3600, of_day / 60 % 60, of_day % 60, weekday, year_day};
}

IsoWeek iso_week(const CivilTime &time) {
    // A week belongs to the year of its Thursday.
    auto monday_based = (time.weekday + 6) % 7;
    auto thursday = time.year_day + 3 - monday_based;
    auto year = time.year;
    if (thursday < 1) {
        --year;
        thursday += is_leap(year) ? 366 : 365;
    } else if (auto days = is_leap(year) ? 366 : 365; thursday > days) {
        ++year;
        thursday -= days;
    }
    return {year, (thursday - 1) / 7 + 1};
}

std::string_view month_name(int month) {
    static constexpr std::array<std::string_view, 12> names{
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    return names.at(static_cast<std::size_t>(month - 1));
}

std::string_view weekday_name(int weekday) {
    static constexpr std::array<std::string_view, 7> names{
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    return names.at(static_cast<std::size_t>(weekday));
}

int days_in_month(std::int64_t year, int month) {
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::int64_t unix_seconds(std::int64_t year, int month, int day, int hour, int minute, int second) {
    return days_from_civil(year, month, day) * day_seconds + (hour * 60 + minute) * 60L + second;
}

std::string format_offset(int offset, std::string_view separator) {
    auto minutes = std::abs(offset) / 60;
    return fmt::format("{}{:02}{}{:02}", offset < 0 ? '-' : '+', minutes / 60, separator,
                       minutes % 60);
}

std::string format_timestamp(const Timestamp &time) {
    auto t = time.civil();
    return fmt::format("{}{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", t.year < 0 ? "-" : "",
                       std::abs(t.year), t.month, t.day, t.hour, t.minute, t.second,
                       time.offset == 0 ? "Z" : format_offset(time.offset, ":"));
}

Timestamp add(const Timestamp &time, std::int64_t nanoseconds) {
    constexpr std::int64_t second = 1'000'000'000;
    auto sum = time.nanoseconds + nanoseconds % second;
    auto carried = floor_div(sum, second);
    return {time.seconds + nanoseconds / second + carried, static_cast<int>(sum - carried * second),
            time.offset};
}

} // namespace berth::hclfunc
