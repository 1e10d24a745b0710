// SPDX-License-Identifier: Apache-2.0
// Operators and steps after a term: attributes, indexes, splats.
#include "parser.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

using Kind = TokenKind;

struct Operator {
    int precedence = 0;
    Operation operation = Operation::add;
};

std::optional<Operator> operator_of(Kind kind) {
    switch (kind) {
    case Kind::logical_or:
        return Operator{1, Operation::logical_or};
    case Kind::logical_and:
        return Operator{2, Operation::logical_and};
    case Kind::equal_equal:
        return Operator{3, Operation::equal};
    case Kind::not_equal:
        return Operator{3, Operation::not_equal};
    case Kind::greater:
        return Operator{4, Operation::greater};
    case Kind::greater_equal:
        return Operator{4, Operation::greater_equal};
    case Kind::less:
        return Operator{4, Operation::less};
    case Kind::less_equal:
        return Operator{4, Operation::less_equal};
    case Kind::plus:
        return Operator{5, Operation::add};
    case Kind::minus:
        return Operator{5, Operation::subtract};
    case Kind::star:
        return Operator{6, Operation::multiply};
    case Kind::slash:
        return Operator{6, Operation::divide};
    case Kind::percent:
        return Operator{6, Operation::modulo};
    default:
        return {};
    }
}

// Operations of one precedence whose last operand is being read.
struct Pending {
    int precedence = 0;
    NodePtr first;
    std::vector<BinaryNode::Step> steps;

    NodePtr finish(NodePtr last) {
        const Range range = range_between(first->range(), last->range());
        steps.back().operand = std::move(last);
        return std::make_shared<BinaryNode>(std::move(first), std::move(steps), range);
    }
};

TraversalStep attribute_step(std::string_view name, const Range &range) {
    return {.kind = TraversalStep::Kind::attribute,
            .name = std::string(name),
            .key = {},
            .range = range};
}

TraversalStep index_step(const Value &key, const Range &range) {
    return {.kind = TraversalStep::Kind::index, .name = {}, .key = key, .range = range};
}

} // namespace

NodePtr Parser::whole_expression() {
    const Newlines newlines(*this, false);
    NodePtr result = expression();
    const Token next = peek();
    if (next.kind != Kind::end)
        report_unless_recovering(error(
            "Extra characters after expression",
            "An expression was successfully parsed, but extra characters were found after it.",
            range(next)));
    return result;
}

NodePtr Parser::expression() {
    const Depth depth(*this);
    return conditional();
}

NodePtr Parser::conditional() {
    const Range start = next_range();
    std::size_t before = mark();
    NodePtr condition = binary();
    if (lost(before) || !at(Kind::question))
        return condition;
    read();
    before = mark();
    NodePtr yes = expression();
    if (lost(before))
        return condition;
    const Token colon = peek();
    if (colon.kind != Kind::colon) {
        report(error("Missing false expression in conditional",
                     "The conditional operator (...?...:...) needs a colon and a false expression.",
                     range(colon), range_between(start, range(colon))));
        return condition;
    }
    read();
    before = mark();
    NodePtr no = expression();
    if (lost(before))
        return condition;
    const Range whole = range_between(start, no->range());
    return std::make_shared<ConditionalNode>(std::move(condition), std::move(yes), std::move(no),
                                             whole);
}

// Parses by precedence with an explicit stack, so a long chain of operators does not recurse.
NodePtr Parser::binary() {
    std::vector<Pending> pending;
    for (;;) {
        const std::size_t before = mark();
        NodePtr operand = postfix();
        if (lost(before))
            return operand;
        const std::optional<Operator> next = operator_of(peek().kind);
        const int precedence = next ? next->precedence : 0;
        while (!pending.empty() && pending.back().precedence > precedence) {
            operand = pending.back().finish(std::move(operand));
            pending.pop_back();
        }
        if (!next)
            return operand;
        if (!pending.empty() && pending.back().precedence == precedence)
            pending.back().steps.back().operand = std::move(operand);
        else
            pending.push_back({precedence, std::move(operand), {}});
        read();
        pending.back().steps.push_back({next->operation, {}});
    }
}

NodePtr Parser::postfix_of(NodePtr from) {
    const Range first = from->range();
    const int depth = depth_;
    for (;;) {
        if (at(Kind::dot))
            from = dot(std::move(from), first);
        else if (at(Kind::open_bracket))
            from = bracket(std::move(from), first);
        else
            break;
    }
    depth_ = depth;
    return from;
}

// Adds a step to a reference, or starts one.
NodePtr Parser::step(const NodePtr &from, TraversalStep step) {
    const Range range = step.range;
    if (auto traversal = std::dynamic_pointer_cast<TraversalNode>(from)) {
        traversal->append(std::move(step), range);
        return from;
    }
    if (auto relative = std::dynamic_pointer_cast<RelativeNode>(from)) {
        relative->append(std::move(step), range);
        return from;
    }
    deeper();
    return std::make_shared<RelativeNode>(from, Traversal{{std::move(step)}},
                                          range_between(from->range(), range));
}

NodePtr Parser::dot(NodePtr from, const Range &first) {
    const Token dot = read();
    const Token next = peek();
    switch (next.kind) {
    case Kind::identifier:
        read();
        return step(from, attribute_step(next.text, between(dot, next)));
    case Kind::number:
        return legacy_index(std::move(from), dot);
    case Kind::star:
        return attribute_splat(std::move(from), first, dot);
    default:
        report(error("Invalid attribute name", "An attribute name is required after a dot.",
                     range(next)));
        recovery_ = true;
        return placeholder(range_between(first, range(dot)));
    }
}

// a.0: an older way to write a[0]
NodePtr Parser::legacy_index(NodePtr from, const Token &dot) {
    const Token token = read();
    const Range place = between(dot, token);
    const std::size_t point = token.text.find('.');
    if (point == std::string_view::npos)
        return step(from, index_step(number(token), place));
    report(error("Invalid legacy index syntax",
                 fmt::format("Two indexes cannot follow each other in the legacy syntax. Write "
                             "[{}][{}].",
                             token.text.substr(0, point), token.text.substr(point + 1)),
                 range(token)));
    return step(from, index_step(Value::unknown(), place));
}

// a.*.b.c: the following attributes apply to each element
NodePtr Parser::attribute_splat(NodePtr from, const Range &first, const Token &dot) {
    const Token marker = read();
    const Range marker_range = between(dot, marker);
    NodePtr each = std::make_shared<ItemNode>(marker_range);
    Range last = range(marker);
    while (at(Kind::dot)) {
        const Token next_dot = read();
        const std::optional<TraversalStep> next = splat_step(next_dot);
        if (!next) {
            recovery_ = true;
            break;
        }
        last = next->range;
        each = step(each, *next);
    }
    deeper();
    return std::make_shared<SplatNode>(std::move(from), std::move(each), range_between(first, last),
                                       marker_range);
}

std::optional<TraversalStep> Parser::splat_step(const Token &dot) {
    const Token next = peek();
    const Range place = between(dot, next);
    if (next.kind == Kind::identifier) {
        read();
        return attribute_step(next.text, place);
    }
    if (next.kind == Kind::number) {
        read();
        const std::size_t point = next.text.find('.');
        if (point == std::string_view::npos)
            return index_step(number(next), place);
        report(error("Invalid legacy index syntax",
                     fmt::format("Two indexes cannot follow each other in the legacy syntax. Write "
                                 "[*] for the splat, and [{}][{}].",
                                 next.text.substr(0, point), next.text.substr(point + 1)),
                     range(next)));
        return index_step(Value::unknown(), place);
    }
    if (next.kind == Kind::star)
        report_unless_recovering(error(
            "Nested splat expression not allowed",
            "A splat (*) cannot be inside another one that has attributes only.", range(next)));
    else
        report_unless_recovering(error("Invalid attribute name",
                                       "An attribute name is required after a dot.", range(next)));
    return {};
}

NodePtr Parser::bracket(NodePtr from, const Range &first) {
    const Token open = read();
    if (at(Kind::star))
        return full_splat(std::move(from), first, open);
    const Newlines newlines(*this, false);
    const std::size_t before = mark();
    const NodePtr key = expression();
    Token close;
    if (lost(before)) {
        close = recover(Kind::close_bracket);
    } else {
        close = read();
        if (close.kind != Kind::close_bracket && !recovery_) {
            report(error("Missing close bracket on index",
                         "An index must end with a closing bracket (\"]\").", range(close)));
            close = recover(Kind::close_bracket);
        }
    }
    return indexed(std::move(from), key, between(open, close), first);
}

NodePtr Parser::indexed(NodePtr from, const NodePtr &key, const Range &brackets,
                        const Range &first) {
    const auto *text = dynamic_cast<const TemplateNode *>(key.get());
    const bool constant = dynamic_cast<const LiteralNode *>(key.get()) != nullptr ||
                          (text != nullptr && text->is_literal());
    if (constant) {
        Diagnostics none;
        return step(from, index_step(key->evaluate(nullptr, none), brackets));
    }
    deeper();
    return std::make_shared<IndexNode>(std::move(from), key, range_between(first, brackets),
                                       brackets);
}

// a[*].b[0]: everything that follows applies to each element
NodePtr Parser::full_splat(NodePtr from, const Range &first, const Token &open) {
    read(); // the star
    Token close = read();
    if (close.kind != Kind::close_bracket && !recovery_) {
        report(error("Missing close bracket on splat index",
                     "The star of a splat must be followed by a closing bracket (\"]\").",
                     range(close)));
        close = recover(Kind::close_bracket);
    }
    const Range marker = between(open, close);
    deeper();
    NodePtr each = postfix_of(std::make_shared<ItemNode>(marker));
    const Range whole = range_between(first, each->range());
    return std::make_shared<SplatNode>(std::move(from), std::move(each), whole, marker);
}

} // namespace berth::hcl
