// SPDX-License-Identifier: Apache-2.0
// Escapes in literals.
#include "parser.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace berth::hcl {
namespace {

constexpr const char *invalid_escape = "Invalid escape sequence";

class Literal {
  public:
    Literal(const Token &token, const std::string &file, Diagnostics &diagnostics)
        : text_(token.text), token_(token), file_(file), diagnostics_(diagnostics) {}

    std::string resolve() {
        const bool quoted = token_.kind == TokenKind::quoted_literal;
        while (at_ < text_.size()) {
            const std::string_view rest = text_.substr(at_);
            if (rest.starts_with("$${") || rest.starts_with("%%{")) {
                result_ += rest[0];
                at_ += 2; // the doubled sign
            } else if (quoted && rest[0] == '\\') {
                escape(rest);
            } else {
                result_ += rest[0];
                ++at_;
            }
        }
        return std::move(result_);
    }

  private:
    void escape(std::string_view rest) {
        const std::size_t selector = sequence_length(rest.substr(1));
        if (selector == 0) {
            fail("A selector character must follow the backslash.", 1);
            at_ += 1;
            return;
        }
        constexpr std::string_view from = "nrt\"\\";
        constexpr std::string_view to = "\n\r\t\"\\";
        const std::size_t simple = from.find(rest[1]);
        if (simple != std::string_view::npos) {
            result_ += to[simple];
            at_ += 2;
        } else if (rest[1] == 'u' || rest[1] == 'U') {
            code(rest, rest[1] == 'u' ? 4 : 8);
        } else {
            fail(fmt::format("The symbol \"{}\" is not a valid escape sequence selector.",
                             rest.substr(1, selector)),
                 1 + selector);
            result_ += rest.substr(1, selector);
            at_ += 1 + selector;
        }
    }

    void code(std::string_view rest, std::size_t digits) {
        std::uint32_t point = 0;
        const std::string_view hexadecimal = rest.substr(2, digits);
        const auto [end, problem] =
            std::from_chars(hexadecimal.data(), hexadecimal.data() + hexadecimal.size(), point, 16);
        const auto read = static_cast<std::size_t>(end - hexadecimal.data());
        if (problem != std::errc() || read != digits) {
            fail(fmt::format("{} hexadecimal digits must follow \\{}.",
                             digits == 4 ? "Four" : "Eight", rest[1]),
                 2 + read);
        } else if (const std::string character =
                       point > 0x10FFFF ? "" : utf8(static_cast<std::int32_t>(point));
                   !character.empty()) {
            result_ += character;
        } else {
            fail(fmt::format("Cannot encode character U+{:04x} in UTF-8.", point), 2 + digits);
        }
        at_ += 2 + read;
    }

    void fail(const std::string &detail, std::size_t length) {
        const Position start = advanced(token_.start, text_.substr(0, at_));
        const Position end = advanced(start, text_.substr(at_, length));
        diagnostics_.push_back(error(invalid_escape, detail, {file_, start, end}));
    }

    std::string_view text_;
    const Token &token_;
    const std::string &file_;
    Diagnostics &diagnostics_;
    std::size_t at_ = 0;
    std::string result_;
};

} // namespace

std::string literal_text(const Token &token, const std::string &file, Diagnostics &diagnostics) {
    return Literal(token, file, diagnostics).resolve();
}

} // namespace berth::hcl
