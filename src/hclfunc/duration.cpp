// SPDX-License-Identifier: Apache-2.0
#include "berth/util/error.hpp"

#include "timestamp.hpp"

#include <fmt/format.h>

#include <optional>

namespace berth::hclfunc {

namespace {

constexpr std::uint64_t most = std::uint64_t{1} << 63;

// The quoting of Go's time package, which handles only ASCII.
std::string quoted_bytes(std::string_view text) {
    std::string result = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80 || byte < ' ')
            result += fmt::format("\\x{:02x}", byte);
        else if (c == '"' || c == '\\')
            result += {'\\', c};
        else
            result += c;
    }
    return result + '"';
}

std::optional<std::uint64_t> unit_nanoseconds(std::string_view unit) {
    static constexpr std::pair<std::string_view, std::uint64_t> units[] = {
        {"ns", 1},         {"us", 1'000},        {"\u00b5s", 1'000},    {"\u03bcs", 1'000},
        {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000},
    };
    for (const auto &[name, nanoseconds] : units)
        if (name == unit)
            return nanoseconds;
    return std::nullopt;
}

class DurationParser {
  public:
    explicit DurationParser(std::string_view text) : text_(text), rest_(text) {}

    std::int64_t parse() {
        bool negative = !rest_.empty() && rest_.front() == '-';
        if (!rest_.empty() && (rest_.front() == '-' || rest_.front() == '+'))
            rest_.remove_prefix(1);
        if (rest_ == "0")
            return 0;
        if (rest_.empty())
            fail("invalid duration");
        std::uint64_t sum = 0;
        while (!rest_.empty()) {
            auto value = term();
            if (value > most - sum)
                fail("invalid duration");
            sum += value;
        }
        if (!negative && sum == most)
            fail("invalid duration");
        return static_cast<std::int64_t>(negative ? 0 - sum : sum);
    }

  private:
    [[noreturn]] void fail(std::string_view what) const {
        throw Error(fmt::format("time: {} {}", what, quoted_bytes(text_)));
    }

    bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

    std::uint64_t term() {
        if (!at_digit() && rest_.front() != '.')
            fail("invalid duration");
        auto before = rest_.size();
        auto whole = integer();
        bool digits = rest_.size() != before;
        double scale = 1;
        std::uint64_t part = 0;
        if (!rest_.empty() && rest_.front() == '.') {
            rest_.remove_prefix(1);
            before = rest_.size();
            part = fraction(scale);
            digits = digits || rest_.size() != before;
        }
        if (!digits)
            fail("invalid duration");
        auto unit = read_unit();
        if (whole > most / unit)
            fail("invalid duration");
        auto value = whole * unit;
        if (part > 0)
            value += static_cast<std::uint64_t>(static_cast<double>(part) *
                                                (static_cast<double>(unit) / scale));
        return value;
    }

    std::uint64_t integer() {
        std::uint64_t value = 0;
        for (; at_digit(); rest_.remove_prefix(1)) {
            if (value > most / 10)
                fail("invalid duration");
            value = value * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
            if (value > most)
                fail("invalid duration");
        }
        return value;
    }

    // Skips digits that do not fit.
    std::uint64_t fraction(double &scale) {
        std::uint64_t value = 0;
        bool full = false;
        for (; at_digit(); rest_.remove_prefix(1)) {
            if (full)
                continue;
            auto next = value > (most - 1) / 10
                            ? most + 1
                            : value * 10 + static_cast<std::uint64_t>(rest_.front() - '0');
            full = next > most;
            if (full)
                continue;
            value = next;
            scale *= 10;
        }
        return value;
    }

    std::uint64_t read_unit() {
        auto end = rest_.find_first_of(".0123456789");
        auto name = rest_.substr(0, end);
        if (name.empty())
            fail("missing unit in duration");
        auto unit = unit_nanoseconds(name);
        if (!unit)
            fail(fmt::format("unknown unit {} in duration", quoted_bytes(name)));
        rest_.remove_prefix(name.size());
        return *unit;
    }

    std::string_view text_;
    std::string_view rest_;
};

} // namespace

std::int64_t parse_duration(std::string_view text) {
    return DurationParser(text).parse();
}

} // namespace berth::hclfunc
