// SPDX-License-Identifier: Apache-2.0
// Terms: literals, names, calls, parentheses.
#include "parser.hpp"

#include <fmt/format.h>

namespace berth::hcl {

NodePtr Parser::term() {
    const Token start = peek();
    switch (start.kind) {
    case Kind::open_parenthesis:
        return parentheses();
    case Kind::number:
        read();
        return std::make_shared<LiteralNode>(number(start), range(start));
    case Kind::identifier:
        return name();
    case Kind::open_quote:
    case Kind::open_heredoc:
        return quoted_template();
    case Kind::minus:
    case Kind::bang:
        return unary();
    case Kind::open_bracket:
        return tuple();
    case Kind::open_brace:
        return object();
    case Kind::end:
        report_unless_recovering(error(
            "Missing expression",
            "Expected the start of an expression, but found the end of the file.", range(start)));
        break;
    default:
        report_unless_recovering(
            error("Invalid expression",
                  "Expected the start of an expression, but found an invalid expression token.",
                  range(start)));
    }
    recovery_ = true;
    return placeholder(range(start));
}

NodePtr Parser::parentheses() {
    const Token open = read();
    const Newlines newlines(*this, false);
    const std::size_t before = mark();
    NodePtr inner = expression();
    if (failed(before)) {
        recover(Kind::close_parenthesis);
        return inner;
    }
    const Token close = read();
    if (close.kind != Kind::close_parenthesis) {
        report(error("Unbalanced parentheses",
                     "Expected a closing parenthesis to terminate the expression.", range(close),
                     between(open, close)));
        recovery_ = true;
    }
    return std::make_shared<ParenthesesNode>(std::move(inner), between(open, close));
}

// Binds closer than every other operator: -46+5 is (-46)+5.
NodePtr Parser::unary() {
    const Depth depth(*this);
    const Token symbol = read();
    NodePtr operand = postfix();
    const Range whole = range_between(range(symbol), operand->range());
    return std::make_shared<UnaryNode>(symbol.kind == Kind::minus, std::move(operand), whole,
                                       range(symbol));
}

Value Parser::number(const Token &token) {
    if (const std::optional<Number> number = Number::parse(token.text))
        return Value::number(*number);
    report(error("Invalid number literal", "The value of this number literal is not valid.",
                 range(token)));
    return Value::unknown(Type::number());
}

NodePtr Parser::name() {
    const Token token = read();
    if (at(Kind::open_parenthesis) || at(Kind::double_colon))
        return call(token);
    const Range place = range(token);
    if (token.text == "true" || token.text == "false")
        return std::make_shared<LiteralNode>(Value::boolean(token.text == "true"), place);
    if (token.text == "null")
        return std::make_shared<LiteralNode>(Value::null(), place);
    Traversal traversal{{{.kind = TraversalStep::Kind::root,
                          .name = std::string(token.text),
                          .key = {},
                          .range = place}}};
    return std::make_shared<TraversalNode>(std::move(traversal), place);
}

NodePtr Parser::call(const Token &name) {
    CallNode::Parts parts;
    const std::optional<Token> open = call_name(parts, name);
    if (!open)
        return placeholder(range_between(range(name), previous_range()));
    parts.open_range = range(*open);
    const Newlines newlines(*this, false);
    const Token close = call_arguments(parts, name);
    parts.close_range = range(close);
    return std::make_shared<CallNode>(std::move(parts));
}

// The name with its namespaces up to the opening parenthesis. Nothing, with an error, if that is
// missing.
std::optional<Token> Parser::call_name(CallNode::Parts &parts, const Token &name) {
    parts.name = name.text;
    parts.name_range = range(name);
    Token open = read();
    while (open.kind == Kind::double_colon) {
        const Token next = read();
        if (next.kind != Kind::identifier) {
            report(error("Missing function name", "A function's name must follow ::.", range(next),
                         between(name, next)));
            recover_over(Kind::open_parenthesis);
            return {};
        }
        parts.name += "::" + std::string(next.text);
        parts.name_range = between(name, next);
        open = read();
    }
    if (open.kind == Kind::open_parenthesis)
        return open;
    report(error("Missing open parenthesis",
                 "An opening parenthesis must follow the name of a function.", range(open),
                 between(name, open)));
    recover_over(Kind::open_parenthesis);
    return {};
}

// Reads arguments up to the closing parenthesis, and returns that token.
Token Parser::call_arguments(CallNode::Parts &parts, const Token &name) {
    while (!at(Kind::close_parenthesis)) {
        const std::size_t before = mark();
        parts.arguments.push_back(expression());
        if (lost(before))
            return recover(Kind::close_parenthesis);
        const Token separator = read();
        if (separator.kind == Kind::close_parenthesis)
            return separator;
        if (separator.kind == Kind::ellipsis) {
            parts.expand = true;
            if (at(Kind::close_parenthesis))
                break;
            report_unless_recovering(
                error("Missing closing parenthesis",
                      "A closing parenthesis must follow an expanded function argument (with ...).",
                      range(separator), between(name, separator)));
            return recover(Kind::close_parenthesis);
        }
        if (separator.kind != Kind::comma) {
            report_missing_separator(separator, parts, name);
            return recover(Kind::close_parenthesis);
        }
    }
    return read();
}

void Parser::report_missing_separator(const Token &separator, const CallNode::Parts &parts,
                                      const Token &name) {
    if (separator.kind == Kind::end)
        report(error("Unterminated function call",
                     "There is no closing parenthesis for this function call before the end of the "
                     "file. Parentheses further down may be unbalanced.",
                     range_between(parts.name_range, parts.open_range)));
    else
        report(error("Missing argument separator",
                     "A comma is required to separate each function argument from the next.",
                     range(separator), between(name, separator)));
}

} // namespace berth::hcl
