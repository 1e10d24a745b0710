// SPDX-License-Identifier: Apache-2.0
// The tokens of the native syntax.
#pragma once

#include "berth/hcl/diagnostic.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::hcl {

enum class TokenKind : std::uint8_t {
    // pairs
    open_brace,
    close_brace,
    open_bracket,
    close_bracket,
    open_parenthesis,
    close_parenthesis,
    open_quote,
    close_quote,
    open_heredoc,
    close_heredoc,
    template_interpolation, // ${ or ${~
    template_control,       // %{ or %{~
    template_end,           // } or ~} of these two
    // operators
    star,
    slash,
    plus,
    minus,
    percent,
    equal,
    equal_equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    logical_and,
    logical_or,
    bang,
    dot,
    comma,
    ellipsis,
    fat_arrow,
    question,
    colon,
    double_colon,
    // tokens with text
    quoted_literal,
    string_literal, // of heredocs and bare templates
    number,
    identifier,
    comment,
    newline,
    end,
    // invalid tokens
    bitwise,
    backtick,
    apostrophe,
    semicolon,
    invalid,
    broken_utf8,
    quoted_newline,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;
    Position start;
    Position end;
};

enum class ScanMode { normal, bare_template };

// All tokens of `text`, whose first byte is at `start`; the last one is `end`. The tokens view
// `text`.
std::vector<Token> scan(std::string_view text, Position start, ScanMode mode);

// Adds errors for invalid tokens.
void report_invalid_tokens(const std::vector<Token> &tokens, const std::string &file,
                           Diagnostics &diagnostics);

} // namespace berth::hcl
