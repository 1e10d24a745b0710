// SPDX-License-Identifier: Apache-2.0
// The parser's access to tokens, its errors, and recovery from them.
#include "parser.hpp"

#include "limits.hpp"

#include <algorithm>

namespace berth::hcl {
namespace {

using Kind = TokenKind;

constexpr std::size_t most_diagnostics = 100;

std::optional<Kind> opener_of(Kind kind) {
    switch (kind) {
    case Kind::close_brace:
        return Kind::open_brace;
    case Kind::close_bracket:
        return Kind::open_bracket;
    case Kind::close_parenthesis:
        return Kind::open_parenthesis;
    case Kind::close_quote:
        return Kind::open_quote;
    case Kind::close_heredoc:
        return Kind::open_heredoc;
    case Kind::template_end:
        return Kind::template_interpolation;
    default:
        return {};
    }
}

Kind closer_of(Kind kind) {
    switch (kind) {
    case Kind::open_brace:
        return Kind::close_brace;
    case Kind::open_bracket:
        return Kind::close_bracket;
    default:
        return Kind::close_parenthesis;
    }
}

// Directives and interpolations have the same end.
Kind plain(Kind kind) {
    return kind == Kind::template_control ? Kind::template_interpolation : kind;
}

bool opens(Kind kind) {
    return kind == Kind::open_brace || kind == Kind::open_bracket ||
           kind == Kind::open_parenthesis || kind == Kind::open_quote ||
           kind == Kind::open_heredoc || kind == Kind::template_interpolation ||
           kind == Kind::template_control;
}

} // namespace

std::pair<Token, std::size_t> Parser::next() const {
    for (std::size_t i = index_; i < tokens_.size(); ++i) {
        const Token &token = tokens_[i];
        if (token.kind == Kind::newline && !newlines_)
            continue;
        if (token.kind == Kind::comment) {
            if (!newlines_ || !token.text.ends_with('\n'))
                continue;
            Token newline = token; // a comment to the end of the line includes the newline
            newline.kind = Kind::newline;
            return {newline, i + 1};
        }
        return {token, i + 1};
    }
    return {tokens_.back(), tokens_.size()};
}

Token Parser::read() {
    const auto [token, index] = next();
    index_ = index;
    return token;
}

bool Parser::at_keyword(std::string_view name) const {
    const Token token = peek();
    return token.kind == Kind::identifier && token.text == name;
}

Range Parser::previous_range() const {
    return index_ == 0 ? next_range() : range(tokens_[std::min(index_, tokens_.size()) - 1]);
}

Range Parser::between(const Token &first, const Token &last) const {
    return {file_, first.start, last.end};
}

// Enters a level of nesting. Parsing ends beyond the limit.
void Parser::deeper() {
    if (++depth_ <= deepest || gave_up_)
        return;
    report(error("Nesting too deep", "Expressions and blocks can be nested up to 400 levels.",
                 next_range()));
    give_up();
}

// Ends parsing: nothing more is read or reported.
void Parser::give_up() {
    gave_up_ = true;
    recovery_ = true;
    index_ = tokens_.size() - 1;
}

void Parser::report(Diagnostic diagnostic) {
    if (gave_up_)
        return;
    diagnostics_.push_back(std::move(diagnostic));
    if (diagnostics_.size() > most_diagnostics)
        give_up();
}

void Parser::report_unless_recovering(Diagnostic diagnostic) {
    if (!recovery_)
        report(std::move(diagnostic));
}

bool Parser::failed(std::size_t since) const {
    return gave_up_ || failed_since(diagnostics_, since);
}

NodePtr Parser::placeholder(const Range &range) const {
    return std::make_shared<LiteralNode>(Value::unknown(), range);
}

// Reads to the next `end`, inclusive, and skips nested pairs.
Token Parser::recover(Kind end) {
    const std::optional<Kind> start = opener_of(end);
    recovery_ = true;
    for (int nested = 0;;) {
        const Token token = read();
        const Kind kind = end == Kind::template_end ? plain(token.kind) : token.kind;
        if (kind == Kind::end || (kind == end && nested == 0))
            return token;
        if (start && kind == *start)
            ++nested;
        else if (kind == end)
            --nested;
    }
}

// Reads to the next `start`, and past the group that it opens.
void Parser::recover_over(Kind start) {
    while (!at(start) && !at(Kind::end))
        read();
    read();
    recover(closer_of(start));
}

// Reads to the end of the line on which an item of a body ends.
void Parser::recover_after_item() {
    recovery_ = true;
    std::vector<Kind> open;
    for (;;) {
        const Token token = read();
        if (token.kind == Kind::end || (token.kind == Kind::newline && open.empty()))
            return;
        if (opens(token.kind)) {
            open.push_back(plain(token.kind));
        } else if (const std::optional<Kind> opener = opener_of(token.kind)) {
            while (!open.empty() && open.back() != *opener)
                open.pop_back();
            if (!open.empty())
                open.pop_back();
        }
    }
}

} // namespace berth::hcl
