// SPDX-License-Identifier: Apache-2.0
#include "berth/util/units.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

namespace berth {

namespace {

std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

// Two digits at `at`, or -1.
int two_digits(std::string_view text, std::size_t at) {
    if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' ||
        text[at + 1] > '9')
        return -1;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

constexpr std::array<const char *, 9> decimal_units = {"B",  "kB", "MB", "GB", "TB",
                                                       "PB", "EB", "ZB", "YB"};

template<std::size_t count>
std::string format_bytes(double bytes, double base, const std::array<const char *, count> &units,
                         int digits) {
    std::size_t unit = 0;
    while (bytes >= base && unit + 1 < units.size()) {
        bytes /= base;
        ++unit;
    }
    return fmt::format("{:.{}g}{}", bytes, digits, units[unit]);
}

} // namespace

std::optional<std::int64_t> parse_bytes(std::string_view text) {
    auto last = text.find_last_of("0123456789. ");
    if (last == std::string_view::npos)
        return std::nullopt;
    auto number = parse_float(text.substr(0, text[last] == ' ' ? last : last + 1));
    auto unit = lower(text.substr(last + 1));
    if (!number || *number < 0 || unit.size() > 3)
        return std::nullopt;
    double factor = 1;
    if (!unit.empty()) {
        constexpr std::string_view letters = "bkmgtp";
        auto power = letters.find(unit.front());
        auto rest = std::string_view(unit).substr(1);
        if (power == std::string_view::npos)
            return std::nullopt;
        if (power == 0 ? !rest.empty() : !(rest.empty() || rest == "b" || rest == "ib"))
            return std::nullopt;
        factor = std::pow(1024.0, static_cast<double>(power));
    }
    auto bytes = *number * factor;
    if (bytes >= 9.2e18)
        return std::nullopt;
    return static_cast<std::int64_t>(bytes);
}

std::string format_decimal_bytes(double bytes) {
    return format_bytes(bytes, 1000.0, decimal_units, 3);
}

std::string format_human_size(double bytes) {
    return format_bytes(bytes, 1000.0, decimal_units, 4);
}

std::string format_binary_bytes(double bytes) {
    static constexpr std::array<const char *, 9> units = {"B",   "KiB", "MiB", "GiB", "TiB",
                                                          "PiB", "EiB", "ZiB", "YiB"};
    return format_bytes(bytes, 1024.0, units, 4);
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    int high = two_digits(text, 0), low = two_digits(text, 2), month = two_digits(text, 5);
    int day = two_digits(text, 8), hour = two_digits(text, 11), minute = two_digits(text, 14);
    int second = two_digits(text, 17);
    if (high < 0 || low < 0 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    year_month_day date{year(high * 100 + low), std::chrono::month(static_cast<unsigned>(month)),
                        std::chrono::day(static_cast<unsigned>(day))};
    // Nanoseconds in 64 bits reach from 1678 to 2262; Go's zero time (year 1) does not fit.
    if (!date.ok() || high * 100 + low < 1678 || high * 100 + low > 2261)
        return std::nullopt;
    Time time = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
    std::size_t at = 19;
    if (text[at] == '.') {
        std::int64_t fraction = 0;
        int digits = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits)
            if (digits < 9)
                fraction = fraction * 10 + (text[at] - '0');
        if (digits == 0)
            return std::nullopt;
        for (; digits < 9; ++digits)
            fraction *= 10;
        time += nanoseconds(fraction);
    }
    auto zone = text.substr(at);
    if (zone == "Z" || zone == "z")
        return time;
    int offset_hours = two_digits(zone, 1), offset_minutes = two_digits(zone, 4);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' ||
        offset_hours < 0 || offset_hours > 23 || offset_minutes < 0 || offset_minutes > 59)
        return std::nullopt;
    auto offset = hours(offset_hours) + minutes(offset_minutes);
    return zone[0] == '+' ? time - offset : time + offset;
}

std::string format_rfc3339(Time time) {
    using namespace std::chrono;
    auto day = floor<days>(time);
    year_month_day date(day);
    hh_mm_ss clock(time - day);
    auto text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    if (auto fraction = clock.subseconds().count(); fraction != 0) {
        text += fmt::format(".{:09}", fraction);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text + "Z";
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text == "0")
        return std::chrono::nanoseconds(0);
    if (text.empty())
        return std::nullopt;
    double total = 0;
    while (!text.empty()) {
        auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
        auto number = parse_number(text.substr(0, digits));
        text.remove_prefix(digits);
        auto letters = std::min(text.find_first_of("0123456789."), text.size());
        auto unit = text.substr(0, letters);
        text.remove_prefix(letters);
        double factor = unit == "ns"                                             ? 1
                        : unit == "us" || unit == "\u00b5s" || unit == "\u03bcs" ? 1e3
                        : unit == "ms"                                           ? 1e6
                        : unit == "s"                                            ? 1e9
                        : unit == "m"                                            ? 6e10
                        : unit == "h"                                            ? 3.6e12
                                                                                 : 0;
        if (!number || factor == 0)
            return std::nullopt;
        total += *number * factor;
    }
    if (total > 9.2e18)
        return std::nullopt;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(negative ? -total : total));
}

std::string format_duration(std::chrono::nanoseconds duration) {
    auto count = duration.count();
    if (count == 0)
        return "0s";
    std::string sign = count < 0 ? "-" : "";
    auto rest =
        count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    auto with_unit = [](double value, const char *unit) {
        return fmt::format("{}{}", value, unit);
    };
    if (rest < 1000)
        return sign + with_unit(static_cast<double>(rest), "ns");
    if (rest < 1000000)
        return sign + with_unit(static_cast<double>(rest) / 1e3, "\u00b5s");
    if (rest < 1000000000)
        return sign + with_unit(static_cast<double>(rest) / 1e6, "ms");
    auto hours = rest / 3600000000000u;
    auto minutes = rest / 60000000000u % 60;
    auto text = with_unit(static_cast<double>(rest % 60000000000u) / 1e9, "s");
    if (hours > 0)
        return fmt::format("{}{}h{}m{}", sign, hours, minutes, text);
    return minutes > 0 ? fmt::format("{}{}m{}", sign, minutes, text) : sign + text;
}

std::string format_human_duration(std::chrono::nanoseconds duration) {
    auto seconds = duration.count() / 1000000000, minutes = seconds / 60;
    if (seconds < 1)
        return "Less than a second";
    if (seconds == 1)
        return "1 second";
    if (seconds < 60)
        return fmt::format("{} seconds", seconds);
    if (minutes == 1)
        return "About a minute";
    if (minutes < 60)
        return fmt::format("{} minutes", minutes);
    auto hours = (minutes + 30) / 60; // the nearest
    if (hours == 1)
        return "About an hour";
    if (hours < 48)
        return fmt::format("{} hours", hours);
    auto days = hours / 24;
    if (hours < 24L * 7 * 2)
        return fmt::format("{} days", days);
    if (hours < 24L * 30 * 2)
        return fmt::format("{} weeks", days / 7);
    if (hours < 24L * 365 * 2)
        return fmt::format("{} months", days / 30);
    return fmt::format("{} years", minutes / 60 / 24 / 365);
}

} // namespace berth
