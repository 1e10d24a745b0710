// SPDX-License-Identifier: Apache-2.0
#include "json_syntax.hpp"

#include "berth/util/error.hpp"
#include "berth/util/utf8.hpp"

#include "unicode_text.hpp"

#include <fmt/format.h>

#include <string>

namespace berth::hclfunc {

namespace {

// Go shows a byte as the code point with that number.
std::string quoted_byte(char c) {
    if (c == '\'')
        return R"('\'')";
    if (c == '"')
        return R"('"')";
    std::string text;
    append_utf8(text, static_cast<unsigned char>(c));
    text = quoted(text);
    return "'" + text.substr(1, text.size() - 2) + "'";
}

bool is_decimal(char c) {
    return c >= '0' && c <= '9';
}

class JsonChecker {
  public:
    explicit JsonChecker(std::string_view text) : text_(text) {}

    void check() {
        value();
        while (!open_.empty())
            open_.back() == '[' ? after_element() : after_property();
        skip_space();
        if (at_ < text_.size())
            throw Error("extraneous data after JSON object");
    }

  private:
    [[noreturn]] void unexpected(std::string_view context) const {
        throw Error(fmt::format("invalid character {}{}", quoted_byte(text_[at_]), context));
    }

    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    // The next character where a token may begin.
    char next_token() {
        skip_space();
        if (at_ == text_.size())
            throw Error("EOF");
        return text_[at_];
    }

    // The next character inside a token.
    char peek() const {
        if (at_ >= text_.size())
            throw Error("unexpected EOF");
        return text_[at_];
    }

    // Reads a value, or the start of an array or object up to its first value.
    void value() {
        for (;;) {
            auto c = next_token();
            if (c != '[' && c != '{')
                return scalar(c);
            open_ += c;
            ++at_;
            bool ends = next_token() == (c == '[' ? ']' : '}');
            if (ends)
                return close();
            if (c == '{')
                key("");
        }
    }

    void close() {
        open_.pop_back();
        ++at_;
    }

    void key(std::string_view context) {
        if (next_token() != '"')
            unexpected(context);
        string();
        if (next_token() != ':')
            unexpected(" after object key");
        ++at_;
    }

    void after_element() {
        auto c = next_token();
        if (c == ']')
            return close();
        if (c != ',')
            unexpected(" after array element");
        ++at_;
        value();
    }

    void after_property() {
        auto c = next_token();
        if (c == '}')
            return close();
        if (c != ',')
            unexpected(" after object key:value pair");
        ++at_;
        key(" looking for beginning of object key string");
        value();
    }

    void scalar(char c) {
        if (c == '"')
            string();
        else if (c == '-' || is_decimal(c))
            number();
        else if (c == 't')
            literal("true");
        else if (c == 'f')
            literal("false");
        else if (c == 'n')
            literal("null");
        else
            unexpected(" looking for beginning of value");
    }

    void literal(std::string_view word) {
        for (char expected : word) {
            if (peek() != expected)
                unexpected(
                    fmt::format(" in literal {} (expecting {})", word, quoted_byte(expected)));
            ++at_;
        }
    }

    void digits(std::string_view context) {
        if (!is_decimal(peek()))
            unexpected(context);
        while (at_ < text_.size() && is_decimal(text_[at_]))
            ++at_;
    }

    bool take_any(std::string_view characters) {
        bool found = at_ < text_.size() && characters.find(text_[at_]) != std::string_view::npos;
        at_ += found ? 1 : 0;
        return found;
    }

    void number() {
        take_any("-");
        if (!take_any("0"))
            digits(" in numeric literal");
        if (take_any("."))
            digits(" after decimal point in numeric literal");
        if (!take_any("eE"))
            return;
        take_any("+-");
        digits(" in exponent of numeric literal");
    }

    void string() {
        ++at_;
        for (; peek() != '"'; ++at_) {
            if (static_cast<unsigned char>(text_[at_]) < ' ')
                unexpected(" in string literal");
            if (text_[at_] == '\\')
                escape();
        }
        ++at_;
    }

    // Stops at its last character.
    void escape() {
        constexpr std::string_view hex = "0123456789abcdefABCDEF";
        ++at_;
        if (std::string_view("\"\\/bfnrtu").find(peek()) == std::string_view::npos)
            unexpected(" in string escape code");
        if (text_[at_] != 'u')
            return;
        for (int digit = 0; digit < 4; ++digit) {
            ++at_;
            if (hex.find(peek()) == std::string_view::npos)
                unexpected(R"( in \u hexadecimal character escape)");
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string open_; // opening brackets of the enclosing arrays and objects
};

} // namespace

void check_json_syntax(std::string_view text) {
    JsonChecker(text).check();
}

} // namespace berth::hclfunc
