// SPDX-License-Identifier: Apache-2.0
// RFC 3339 with the errors that go-cty gives: the text is read part by part, as Go's time.Parse
// does, since the errors name the expected part and the remaining text.
#include "berth/util/error.hpp"

#include "timestamp.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

Error invalid(std::string_view why) {
    return Error(fmt::format("not a valid RFC3339 timestamp: {}", why));
}

Error cannot_use(std::string_view found, std::string_view part) {
    if (found.empty())
        return invalid(fmt::format("end of string before {}", part));
    if (part == "hour" && found.find(':') != std::string_view::npos)
        return invalid("hour must be between 0 and 23 inclusive");
    if (part == "hour" && found.size() != 2)
        return invalid("hour must have exactly two digits");
    if (part == "minute" && found.size() != 2)
        return invalid("minute must have exactly two digits");
    return invalid(fmt::format("cannot use {} as {}", quoted(found), part));
}

bool digit_at(std::string_view text, std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

int two_digits(std::string_view text) {
    return (text[0] - '0') * 10 + (text[1] - '0');
}

class Parser {
  public:
    explicit Parser(std::string_view text) : rest_(text) {}

    Timestamp parse() {
        auto year = read_year();
        separator('-');
        auto month = number("month", 1, 12);
        separator('-');
        auto day = number("day of month", 0, 99);
        separator('T');
        auto hour = hour_number();
        separator(':');
        auto minute = number("minute", 0, 59);
        separator(':');
        auto second = number("second", 0, 59);
        Timestamp time;
        time.nanoseconds = fraction();
        time.offset = zone();
        if (!rest_.empty())
            throw cannot_use(rest_, "timestamp segment");
        if (day < 1 || day > days_in_month(year, month))
            throw invalid("day out of range");
        time.seconds = unix_seconds(year, month, day, hour, minute, second) - time.offset;
        return time;
    }

  private:
    int read_year() {
        for (std::size_t at = 0; at < 4; ++at)
            if (!digit_at(rest_, at))
                throw cannot_use(rest_, "year");
        auto year = two_digits(rest_) * 100 + two_digits(rest_.substr(2));
        rest_.remove_prefix(4);
        return year;
    }

    void separator(char expected) {
        if (!rest_.empty() && rest_.front() == expected) {
            rest_.remove_prefix(1);
            return;
        }
        if (expected == 'T')
            throw invalid("missing required time introducer 'T'");
        auto name = quoted({&expected, 1});
        if (rest_.empty())
            throw invalid(fmt::format("end of string where {} is expected", name));
        throw invalid(fmt::format("found {} where {} is expected", quoted(rest_), name));
    }

    int number(std::string_view part, int least, int most) {
        if (!digit_at(rest_, 0) || !digit_at(rest_, 1))
            throw cannot_use(rest_, part);
        auto value = two_digits(rest_);
        rest_.remove_prefix(2);
        if (value < least || value > most)
            throw cannot_use(rest_, part);
        return value;
    }

    int hour_number() {
        if (!digit_at(rest_, 0) || digit_at(rest_, 1))
            return number("hour", 0, 23);
        auto value = rest_.front() - '0';
        rest_.remove_prefix(1);
        return value;
    }

    int fraction() {
        if (rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') || !digit_at(rest_, 1))
            return 0;
        rest_.remove_prefix(1);
        int value = 0;
        int digits = 0;
        for (; digit_at(rest_, 0); rest_.remove_prefix(1), ++digits)
            if (digits < 9)
                value = value * 10 + (rest_.front() - '0');
        for (; digits < 9; ++digits)
            value *= 10;
        return value;
    }

    int zone() {
        if (!rest_.empty() && rest_.front() == 'Z') {
            rest_.remove_prefix(1);
            return 0;
        }
        bool shaped = rest_.size() >= 6 && (rest_[0] == '+' || rest_[0] == '-') &&
                      digit_at(rest_, 1) && digit_at(rest_, 2) && rest_[3] == ':' &&
                      digit_at(rest_, 4) && digit_at(rest_, 5);
        if (!shaped)
            throw cannot_use(rest_, "UTC offset");
        auto hours = two_digits(rest_.substr(1));
        auto minutes = two_digits(rest_.substr(4));
        auto sign = rest_.front() == '-' ? -1 : 1;
        rest_.remove_prefix(6);
        if (hours > 24 || minutes > 60)
            throw cannot_use(rest_, "UTC offset");
        return sign * (hours * 60 + minutes) * 60;
    }

    std::string_view rest_;
};

// Rejects texts that the parser accepts but RFC 3339 does not allow.
void check_strictly(std::string_view text) {
    constexpr std::string_view up_to_seconds = "2006-01-02T15:04:05";
    if (text[12] == ':')
        throw invalid("hour must have exactly two digits");
    if (text[up_to_seconds.size()] == ',')
        throw cannot_use(",", "timestamp segment");
    if (text.back() == 'Z')
        return;
    auto zone = text.substr(text.size() - 6);
    if (two_digits(zone.substr(1)) >= 24 || two_digits(zone.substr(4)) >= 60)
        throw cannot_use(zone, "UTC offset");
}

} // namespace

Timestamp parse_timestamp_leniently(std::string_view text) {
    return Parser(text).parse();
}

Timestamp parse_timestamp(std::string_view text) {
    auto time = parse_timestamp_leniently(text);
    check_strictly(text);
    return time;
}

} // namespace berth::hclfunc
