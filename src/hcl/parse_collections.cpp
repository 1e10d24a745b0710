// SPDX-License-Identifier: Apache-2.0
// Tuples and objects.
#include "parser.hpp"

namespace berth::hcl {

NodePtr Parser::tuple() {
    const Token open = read();
    const Newlines newlines(*this, false);
    if (at_keyword("for"))
        return for_expression(open);
    Nodes elements;
    Token close;
    for (;;) {
        if (at(Kind::close_bracket)) {
            close = read();
            break;
        }
        const std::size_t before = mark();
        elements.push_back(expression());
        if (lost(before)) {
            close = recover(Kind::close_bracket);
            break;
        }
        const Token next = peek();
        if (next.kind == Kind::close_bracket)
            continue;
        if (next.kind != Kind::comma) {
            report_missing_item_end(next, open, false);
            close = recover(Kind::close_bracket);
            break;
        }
        read();
    }
    return std::make_shared<TupleNode>(std::move(elements), between(open, close), range(open));
}

void Parser::report_missing_item_end(const Token &next, const Token &open, bool object) {
    if (next.kind == Kind::end)
        report_unless_recovering(
            error(object ? "Unterminated object constructor expression"
                         : "Unterminated tuple constructor expression",
                  object ? "There is no closing brace for this object before the end of the file. "
                           "Braces further down may be unbalanced."
                         : "There is no closing bracket for this tuple before the end of the file. "
                           "Brackets further down may be unbalanced.",
                  range(open)));
    else
        report_unless_recovering(error(
            object ? "Missing attribute separator" : "Missing item separator",
            object ? "Expected a newline or comma to mark the beginning of the next attribute."
                   : "Expected a comma to mark the beginning of the next item.",
            range(next), between(open, next)));
}

NodePtr Parser::object() {
    const Token open = read();
    {
        const Newlines newlines(*this, false); // `for` may stand on a line of its own
        if (at_keyword("for"))
            return for_expression(open);
    }
    const Newlines newlines(*this, true);
    ObjectNode::Items items;
    Token close;
    for (;;) {
        if (at(Kind::newline)) {
            read();
            continue;
        }
        if (at(Kind::close_brace)) {
            close = read();
            break;
        }
        if (!object_item(items, open)) {
            close = recover(Kind::close_brace);
            break;
        }
    }
    return std::make_shared<ObjectNode>(std::move(items), between(open, close), range(open));
}

// Reads a key, a value and the separator. False if the rest of the object cannot be parsed.
bool Parser::object_item(ObjectNode::Items &items, const Token &open) {
    const bool literal = !at(Kind::open_parenthesis);
    std::size_t before = mark();
    const NodePtr key = expression();
    if (lost(before))
        return false;
    Token next = peek();
    if (next.kind != Kind::equal && next.kind != Kind::colon) {
        report_missing_value(next, open);
        return false;
    }
    read();
    before = mark();
    NodePtr value = expression();
    if (lost(before))
        return false;
    items.emplace_back(std::make_shared<KeyNode>(key, literal), std::move(value));
    next = peek();
    if (next.kind == Kind::close_brace)
        return true;
    if (next.kind != Kind::comma && next.kind != Kind::newline) {
        report_missing_item_end(next, open, true);
        return false;
    }
    read();
    return true;
}

void Parser::report_missing_value(const Token &next, const Token &open) {
    const Range whole = between(open, next);
    switch (next.kind) {
    case Kind::newline:
    case Kind::comma:
        report_unless_recovering(
            error("Missing attribute value",
                  "Expected an attribute value, introduced by an equals sign (\"=\").", range(next),
                  whole));
        return;
    case Kind::end:
        report_missing_item_end(next, open, true);
        return;
    default:
        report_unless_recovering(error(
            "Missing key/value separator",
            next.kind == Kind::identifier
                ? "Expected an equals sign (\"=\") before the attribute's value. A name with "
                  "periods or spaces in it must be in quotes."
                : "Expected an equals sign (\"=\") to mark the beginning of the attribute value.",
            range(next), whole));
    }
}

} // namespace berth::hcl
