// SPDX-License-Identifier: Apache-2.0
// Bodies: attributes and blocks.
#include "parser.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

constexpr const char *item_required = "Argument or block definition required";
constexpr const char *invalid_block = "Invalid block definition";
constexpr const char *invalid_single = "Invalid single-argument block definition";

} // namespace

std::shared_ptr<const NativeBody> Parser::file() {
    return body(Kind::end);
}

std::shared_ptr<const NativeBody> Parser::body(Kind end) {
    const Depth depth(*this);
    NativeItems items;
    const Range start = previous_range();
    Range last;
    for (;;) {
        if (at(end)) {
            last = next_range();
            read();
            break;
        }
        if (at(Kind::newline)) {
            read();
            continue;
        }
        if (at(Kind::identifier)) {
            body_item(items);
            continue;
        }
        const Token bad = read();
        report_bad_item(bad, end, start);
        last = previous_range();
        recover(end);
        break;
    }
    items.range = range_between(start, last);
    return std::make_shared<const NativeBody>(
        std::make_shared<const NativeItems>(std::move(items)));
}

void Parser::report_bad_item(const Token &bad, Kind end, const Range &start) {
    if (bad.kind == Kind::open_quote)
        report_unless_recovering(
            error("Invalid argument name", "Argument names must not be quoted.", range(bad)));
    else if (bad.kind == Kind::end && end == Kind::close_brace)
        report_unless_recovering(error("Unclosed configuration block",
                                       "There is no closing brace for this block before the end of "
                                       "the file. Braces further down may be unbalanced.",
                                       start));
    else
        report_unless_recovering(
            error(item_required, "An argument or block definition is required here.", range(bad)));
}

bool Parser::body_item(NativeItems &items) {
    const Token name = read();
    switch (peek().kind) {
    case Kind::equal:
        add_attribute(items, attribute(name, false));
        return true;
    case Kind::open_quote:
    case Kind::open_brace:
    case Kind::identifier:
        items.blocks.push_back(block(name));
        return true;
    default:
        recover_after_item();
        report(error(item_required,
                     "An argument or block definition is required here. An argument has an equals "
                     "sign \"=\" before its value.",
                     range(name)));
        return false;
    }
}

void Parser::add_attribute(NativeItems &items, Attribute attribute) {
    const auto existing = items.attributes.find(attribute.name);
    if (existing != items.attributes.end()) {
        report(error("Attribute redefined",
                     fmt::format("The argument \"{}\" was already set at {}. Each argument may be "
                                 "set only once.",
                                 attribute.name, existing->second.name_range.text()),
                     attribute.name_range));
        return;
    }
    std::string name = attribute.name;
    items.attributes.emplace(std::move(name), std::move(attribute));
}

Attribute Parser::attribute(const Token &name, bool single_line) {
    read(); // the equals sign
    const std::size_t before = mark();
    const NodePtr value = expression();
    Range last = previous_range();
    if (lost(before)) {
        recover_after_item();
    } else if (!single_line) {
        const Token end = peek();
        if (end.kind == Kind::newline || end.kind == Kind::end) {
            read();
        } else {
            const bool comma = end.kind == Kind::comma;
            report_unless_recovering(
                error(comma ? "Unexpected comma after argument" : "Missing newline after argument",
                      comma ? "Separate arguments by newlines, not commas."
                            : "An argument definition must end with a newline.",
                      range(end), between(name, end)));
            last = previous_range();
            recover_after_item();
        }
    }
    return {.name = std::string(name.text),
            .expression = value,
            .range = range_between(range(name), last),
            .name_range = range(name)};
}

NativeBlock Parser::block(const Token &type) {
    NativeBlock result{.type = std::string(type.text),
                       .labels = {},
                       .body = {},
                       .type_range = range(type),
                       .label_ranges = {},
                       .open_range = range(type)};
    if (!block_header(result, type)) {
        recover_after_item();
        NativeItems nothing;
        nothing.range = range(type);
        result.body = std::make_shared<const NativeBody>(std::make_shared<NativeItems>(nothing));
        return result;
    }
    const Token brace = read();
    result.open_range = range(brace);
    block_body(result, type, brace);
    const Token end = peek();
    if (end.kind == Kind::newline || end.kind == Kind::end) {
        read();
        return result;
    }
    report_unless_recovering(error("Missing newline after block definition",
                                   "A block definition must end with a newline.", range(end),
                                   between(type, end)));
    recover_after_item();
    return result;
}

// Reads labels up to the opening brace. False, with an error, if it is missing.
bool Parser::block_header(NativeBlock &block, const Token &type) {
    for (;;) {
        const Token token = peek();
        const Range whole = between(type, token);
        switch (token.kind) {
        case Kind::open_brace:
            return true;
        case Kind::open_quote: {
            auto [text, place] = label();
            block.labels.push_back(std::move(text));
            block.label_ranges.push_back(std::move(place));
            break;
        }
        case Kind::identifier:
            read();
            block.labels.emplace_back(token.text);
            block.label_ranges.push_back(range(token));
            break;
        case Kind::equal:
            report(error(invalid_block,
                         "The equals sign \"=\" makes this an argument; a block has none.",
                         range(token), whole));
            return false;
        case Kind::newline:
            report(error(invalid_block,
                         "A block has its content between \"{\" and \"}\", and the \"{\" stands on "
                         "the line of the block's type.",
                         range(token), whole));
            return false;
        default:
            report_unless_recovering(
                error(invalid_block, "A quoted label or an opening brace (\"{\") is expected here.",
                      range(token), whole));
            return false;
        }
    }
}

void Parser::block_body(NativeBlock &block, const Token &type, const Token &brace) {
    const Kind next = peek().kind;
    if (next == Kind::newline || next == Kind::end || next == Kind::close_brace) {
        block.body = body(Kind::close_brace);
        return;
    }
    block.body = single_attribute_body();
    finish_single_line(type, brace);
}

// name { argument = value }
std::shared_ptr<const NativeBody> Parser::single_attribute_body() {
    const Depth depth(*this);
    NativeItems items;
    const Token name = read();
    items.range = range(name);
    const Token next = peek();
    if (name.kind != Kind::identifier) {
        recover_after_item();
        report(
            error(item_required, "An argument or block definition is required here.", range(name)));
    } else if (next.kind == Kind::equal) {
        Attribute value = attribute(name, true);
        items.range = value.range;
        add_attribute(items, std::move(value));
    } else if (next.kind == Kind::open_quote || next.kind == Kind::open_brace ||
               next.kind == Kind::identifier) {
        recover_after_item();
        report(error("Argument definition required",
                     fmt::format("A block on a single line can have one argument only. For an "
                                 "argument \"{}\" write an equals sign; a block in it needs a line "
                                 "of its own.",
                                 name.text),
                     between(name, next)));
    } else {
        recover_after_item();
        report(error(item_required,
                     "An argument or block definition is required here. An argument has an equals "
                     "sign \"=\" before its value.",
                     range(name)));
    }
    return std::make_shared<const NativeBody>(
        std::make_shared<const NativeItems>(std::move(items)));
}

void Parser::finish_single_line(const Token &type, const Token &brace) {
    const Token next = peek();
    switch (next.kind) {
    case Kind::close_brace:
        read();
        return;
    case Kind::comma:
        report(error(invalid_single,
                     "A block on a single line can have one argument only. Put several on lines of "
                     "their own.",
                     range(next)));
        break;
    case Kind::newline:
        report(error(invalid_single,
                     "A block with an argument on its first line must be closed on that line.",
                     range(next)));
        break;
    case Kind::end:
        report_unless_recovering(error("Unclosed configuration block",
                                       "There is no closing brace for this block before the end of "
                                       "the file. Braces further down may be unbalanced.",
                                       range(brace), between(type, brace)));
        break;
    default:
        report_unless_recovering(
            error(invalid_single, "A closing brace must follow the only argument of this block.",
                  range(next)));
    }
    recover(Kind::close_brace);
}

std::pair<std::string, Range> Parser::label() {
    const Token open = read();
    std::string text;
    for (;;) {
        const Token token = read();
        const Range whole = between(open, token);
        switch (token.kind) {
        case Kind::close_quote:
            return {std::move(text), whole};
        case Kind::quoted_literal:
            text += literal_text(token, file_, diagnostics_);
            break;
        case Kind::template_control:
        case Kind::template_interpolation: {
            const char sign = token.kind == Kind::template_control ? '%' : '$';
            report(error("Invalid string literal",
                         fmt::format("Templates are not allowed in this string. Write {0}{0} for a "
                                     "literal {0}.",
                                     sign),
                         range(token), whole));
            recover(Kind::template_end);
            break;
        }
        case Kind::end:
            report(error("Unterminated string literal",
                         "There is no closing quote before the end of the file.", range(token),
                         whole));
            return {std::move(text), whole};
        default:
            report(error("Invalid string literal", "This item is not valid in a string literal.",
                         range(token), whole));
            recover(Kind::close_quote);
            return {std::move(text), whole};
        }
    }
}

} // namespace berth::hcl
