// SPDX-License-Identifier: Apache-2.0
// `for` expressions: [for v in list: x if y] and {for k, v in map: k => x...}.
#include "parser.hpp"

namespace berth::hcl {
namespace {

constexpr const char *invalid_for = "Invalid 'for' expression";

} // namespace

// Starts after the bracket or brace; the next token is the keyword.
NodePtr Parser::for_expression(const Token &open) {
    const Newlines newlines(*this, false);
    const bool object = open.kind == Kind::open_brace;
    const Kind closer = object ? Kind::close_brace : Kind::close_bracket;
    read(); // for
    ForNode::Parts parts;
    parts.open_range = range(open);
    std::optional<Token> ellipsis;
    if (!for_names(open, parts) || !for_body(open, parts, ellipsis)) {
        const Token close = recover(closer);
        return placeholder(between(open, close));
    }
    Token close = peek();
    if (close.kind == closer) {
        read();
    } else {
        report_unless_recovering(error(invalid_for,
                                       "Extra characters after the end of the 'for' expression.",
                                       range(close), between(open, close)));
        close = recover(closer);
    }
    const Range whole = between(open, close);
    check_for(parts, ellipsis, object, whole);
    if (!object)
        parts.key.reset();
    if (object && !parts.key)
        return placeholder(whole);
    return std::make_shared<ForNode>(std::move(parts), whole);
}

bool Parser::for_names(const Token &open, ForNode::Parts &parts) {
    const auto complain = [&](const char *detail) {
        report_unless_recovering(error(invalid_for, detail, next_range(), between(open, peek())));
        return false;
    };
    if (!at(Kind::identifier))
        return complain("For expression requires variable name after 'for'.");
    parts.value_name = read().text;
    if (at(Kind::comma)) {
        parts.key_name = std::move(parts.value_name);
        read();
        if (!at(Kind::identifier))
            return complain("For expression requires value variable name after comma.");
        parts.value_name = read().text;
    }
    if (!at_keyword("in"))
        return complain("For expression requires the 'in' keyword after its name declarations.");
    read();
    return true;
}

bool Parser::for_body(const Token &open, ForNode::Parts &parts, std::optional<Token> &ellipsis) {
    std::size_t before = mark();
    parts.collection = expression();
    if (lost(before))
        return false;
    if (!at(Kind::colon)) {
        report_unless_recovering(
            error(invalid_for, "For expression requires a colon after the collection expression.",
                  next_range(), between(open, peek())));
        return false;
    }
    read();
    before = mark();
    parts.value = expression();
    if (at(Kind::fat_arrow)) {
        read();
        parts.key = std::move(parts.value);
        parts.value = expression();
    }
    if (lost(before))
        return false;
    if (at(Kind::ellipsis)) {
        ellipsis = read();
        parts.group = true;
    }
    if (!at_keyword("if"))
        return true;
    read();
    before = mark();
    parts.condition = expression();
    return !lost(before);
}

void Parser::check_for(const ForNode::Parts &parts, const std::optional<Token> &ellipsis,
                       bool object, const Range &whole) {
    if (!object && parts.key)
        report(error(invalid_for, "Key expression is not valid when building a tuple.",
                     parts.key->range(), whole));
    if (!object && ellipsis)
        report(error(invalid_for, "Grouping ellipsis (...) cannot be used when building a tuple.",
                     range(*ellipsis), whole));
    if (object && !parts.key)
        report(error(invalid_for, "Key expression is required when building an object.",
                     parts.value->range(), whole));
}

} // namespace berth::hcl
