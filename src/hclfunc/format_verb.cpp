// SPDX-License-Identifier: Apache-2.0
#include "format_verb.hpp"

#include "make.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

// Go's limit for widths, which also bounds memory.
constexpr std::size_t largest_count = 1'000'000;

bool is_digit_char(char c) {
    return c >= '0' && c <= '9';
}

class VerbReader {
  public:
    VerbReader(std::string_view format, std::size_t offset)
        : format_(format), at_(offset + 1), offset_(offset) {}

    FormatVerb read(std::size_t next) {
        FormatVerb verb{};
        verb.offset = offset_;
        verb.argument = next;
        while (read_flag(verb))
            ++at_;
        if (char c = peek(); is_digit_char(c) && c != '0')
            verb.width = number();
        if (peek() == '.') {
            ++at_;
            verb.precision = number();
        }
        if (peek() == '[')
            verb.argument = index();
        char mode = peek();
        if (!((mode >= 'a' && mode <= 'z') || (mode >= 'A' && mode <= 'Z')))
            unexpected();
        verb.mode = mode;
        verb.raw = format_.substr(offset_, at_ + 1 - offset_);
        return verb;
    }

  private:
    char peek() const {
        if (at_ >= format_.size())
            throw FunctionError(
                fmt::format("invalid format string starting at offset {}", format_.size()));
        return format_[at_];
    }

    [[noreturn]] void unexpected() const {
        throw FunctionError(fmt::format("unrecognized format character {} at offset {}",
                                        quoted_rune(front(format_.substr(at_)).value), at_));
    }

    bool read_flag(FormatVerb &verb) const {
        switch (peek()) {
        case '0':
            return verb.zero = true;
        case '#':
            return verb.sharp = true;
        case '-':
            return verb.minus = true;
        case '+':
            return verb.plus = true;
        case ' ':
            return verb.space = true;
        default:
            return false;
        }
    }

    std::size_t number() {
        std::size_t value = 0;
        for (; is_digit_char(peek()); ++at_) {
            value = value * 10 + static_cast<std::size_t>(format_[at_] - '0');
            if (value > largest_count)
                throw FunctionError(fmt::format("a number in the format string at offset {} is "
                                                "larger than {}",
                                                at_, largest_count));
        }
        return value;
    }

    std::size_t index() {
        ++at_;
        if (char c = peek(); !is_digit_char(c) || c == '0')
            unexpected();
        auto value = number();
        if (peek() != ']')
            unexpected();
        ++at_;
        return value;
    }

    std::string_view format_;
    std::size_t at_;
    std::size_t offset_;
};

} // namespace

FormatVerb read_verb(std::string_view format, std::size_t offset, std::size_t next) {
    return VerbReader(format, offset).read(next);
}

} // namespace berth::hclfunc
