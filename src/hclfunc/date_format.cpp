// SPDX-License-Identifier: Apache-2.0
#include "berth/util/error.hpp"

#include "timestamp.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

bool starts_verb(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// One token of a format: '' or a quoted literal, a run of one letter, or other characters.
std::string_view next_token(std::string_view format) {
    if (format.front() == '\'') {
        if (format.starts_with("''"))
            return format.substr(0, 2);
        for (std::size_t at = 1; at < format.size(); ++at) {
            if (format[at] != '\'')
                continue;
            if (at + 1 == format.size() || format[at + 1] != '\'')
                return format.substr(0, at + 1);
            ++at;
        }
        return format;
    }
    if (starts_verb(format.front()))
        return format.substr(0, format.find_first_not_of(format.front()));
    std::size_t at = 1;
    while (at < format.size() && format[at] != '\'' && !starts_verb(format[at]))
        ++at;
    return format.substr(0, at);
}

std::string literal(std::string_view token) {
    if (token.size() == 1 || token.back() != '\'')
        throw Error("unterminated literal '");
    if (token.size() == 2)
        return "'";
    std::string text;
    for (std::size_t at = 1; at + 1 < token.size(); ++at) {
        text += token[at];
        if (token[at] == '\'')
            ++at;
    }
    return text;
}

Error bad_verb(std::string_view token, std::string_view rule) {
    return Error(fmt::format("invalid date format verb {}{}{}", quoted(token),
                             rule.empty() ? "" : ": ", rule));
}

std::string one_or_two(std::string_view token, int value, std::string_view rule) {
    if (token.size() > 2)
        throw bad_verb(token, rule);
    return token.size() == 1 ? fmt::format("{}", value) : fmt::format("{:02}", value);
}

std::string year(std::string_view token, std::int64_t value) {
    if (token.size() == 2)
        return fmt::format("{:02}", value % 100);
    if (token.size() == 4)
        return fmt::format("{:04}", value);
    throw bad_verb(token, R"(year must either be "YY" or "YYYY")");
}

std::string month(std::string_view token, int value) {
    if (token.size() <= 2)
        return one_or_two(token, value, {});
    if (token.size() > 4)
        throw bad_verb(token, R"(month must be "M", "MM", "MMM", or "MMMM")");
    return std::string(token.size() == 3 ? month_name(value).substr(0, 3) : month_name(value));
}

std::string weekday(std::string_view token, int value) {
    if (token.size() == 3)
        return std::string(weekday_name(value).substr(0, 3));
    if (token.size() == 4)
        return std::string(weekday_name(value));
    throw bad_verb(token, R"(day of week must either be "EEE" or "EEEE")");
}

std::string half_of_day(std::string_view token, int hour) {
    if (token.size() != 2)
        throw bad_verb(token, fmt::format("must be \"{0}{0}\"", token.front()));
    if (token.front() == 'A')
        return hour < 12 ? "AM" : "PM";
    return hour < 12 ? "am" : "pm";
}

std::string zone(std::string_view token, int offset) {
    switch (token.size()) {
    case 1:
        return offset == 0 ? "Z" : format_offset(offset, ":");
    case 3:
        return offset / 60 == 0 ? "UTC" : format_offset(offset, "");
    case 4:
        return format_offset(offset, "");
    case 5:
        return format_offset(offset, ":");
    default:
        throw bad_verb(token, "timezone must be Z, ZZZZ, or ZZZZZ");
    }
}

std::string verb(std::string_view token, const CivilTime &t, int offset) {
    switch (token.front()) {
    case 'Y':
        return year(token, t.year);
    case 'M':
        return month(token, t.month);
    case 'D':
        return one_or_two(token, t.day, R"(day of month must either be "D" or "DD")");
    case 'E':
        return weekday(token, t.weekday);
    case 'h':
        return one_or_two(token, t.hour, R"(24-hour must either be "h" or "hh")");
    case 'H':
        return one_or_two(token, (t.hour + 11) % 12 + 1, R"(12-hour must either be "H" or "HH")");
    case 'A':
    case 'a':
        return half_of_day(token, t.hour);
    case 'm':
        return one_or_two(token, t.minute, R"(minute must either be "m" or "mm")");
    case 's':
        return one_or_two(token, t.second, R"(second must either be "s" or "ss")");
    case 'Z':
        return zone(token, offset);
    default:
        throw bad_verb(token, {});
    }
}

} // namespace

std::string format_date(std::string_view format, const Timestamp &time) {
    auto civil = time.civil();
    std::string text;
    while (!format.empty()) {
        auto token = next_token(format);
        format.remove_prefix(token.size());
        if (token.front() == '\'')
            text += literal(token);
        else if (starts_verb(token.front()))
            text += verb(token, civil, time.offset);
        else
            text += token;
    }
    return text;
}

} // namespace berth::hclfunc
