// SPDX-License-Identifier: Apache-2.0
// Templates: quoted strings, heredocs, and whole texts.
#include "parser.hpp"
#include "text.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

constexpr const char *invalid_for_directive = "Invalid 'for' directive";

// ${~ and %{~ remove the spaces before them.
void trim_before(TemplateParts &parts, const Token &open) {
    if (open.text.ends_with('~') && !parts.empty() &&
        parts.back().kind == TemplatePart::Kind::literal)
        parts.back().text = trim_right(parts.back().text);
}

} // namespace

NodePtr Parser::whole_template() {
    const Range start = next_range();
    TemplateParts parts = template_parts(Kind::end);
    const Range whole = range_between(start, parts.back().range);
    return template_node(std::move(parts), whole);
}

NodePtr Parser::quoted_template() {
    const Depth depth(*this);
    const Token open = read();
    const bool heredoc = open.kind == Kind::open_heredoc;
    TemplateParts parts = template_parts(heredoc ? Kind::close_heredoc : Kind::close_quote);
    if (open.text.starts_with("<<-"))
        flush_lines(parts);
    return template_node(std::move(parts), range_between(range(open), previous_range()));
}

NodePtr Parser::template_node(TemplateParts parts, const Range &whole) {
    join_literals(parts);
    Diagnostics found;
    Nodes nodes = template_tree(parts, found);
    for (Diagnostic &diagnostic : found)
        report(std::move(diagnostic));
    if (parts.size() == 2 && parts.front().kind == TemplatePart::Kind::interpolation)
        return std::make_shared<WrapNode>(nodes.front(), whole);
    return std::make_shared<TemplateNode>(std::move(nodes), whole);
}

TemplateParts Parser::template_parts(Kind end) {
    TemplateParts parts;
    const Range start = next_range();
    Range last;
    for (bool trim = false;;) {
        const Token token = read();
        last = range(token);
        if (token.kind == end)
            break;
        if (token.kind == Kind::string_literal || token.kind == Kind::quoted_literal) {
            literal_part(parts, token, trim);
            trim = false;
        } else if (token.kind == Kind::template_interpolation) {
            trim = interpolation(parts, token, end, start);
        } else if (token.kind == Kind::template_control) {
            trim = directive(parts, token, start);
        } else {
            report_unless_recovering(error("Unterminated template string",
                                           "No closing marker was found for the string.",
                                           range(token), range_between(start, range(token))));
            last = range(recover(end));
            break;
        }
    }
    if (parts.empty()) // "" is an empty string
        parts.push_back(
            {.kind = TemplatePart::Kind::literal, .range = {file_, start.end, start.end}});
    parts.push_back({.kind = TemplatePart::Kind::end, .range = last});
    return parts;
}

void Parser::literal_part(TemplateParts &parts, const Token &token, bool trim) {
    std::string text = literal_text(token, file_, diagnostics_);
    if (trim)
        text = trim_left(text);
    parts.push_back(
        {.kind = TemplatePart::Kind::literal, .range = range(token), .text = std::move(text)});
}

bool Parser::interpolation(TemplateParts &parts, const Token &open, Kind end, const Range &start) {
    trim_before(parts, open);
    const Newlines newlines(*this, false);
    NodePtr value = expression();
    const Token close = peek();
    bool trim = false;
    if (close.kind == Kind::template_end) {
        read();
        trim = close.text.starts_with('~');
    } else {
        report_unclosed(close, end, start);
        recover(Kind::template_end);
    }
    parts.push_back({.kind = TemplatePart::Kind::interpolation,
                     .range = between(open, close),
                     .expression = std::move(value)});
    return trim;
}

void Parser::report_unclosed(const Token &close, Kind end, const Range &start) {
    constexpr const char *unclosed = "Unclosed template interpolation sequence";
    const bool quote = close.kind == Kind::close_quote || close.kind == Kind::open_quote;
    if (close.kind == Kind::end || (quote && end == Kind::close_quote)) {
        report_unless_recovering(error(
            unclosed,
            fmt::format("There is no closing brace for this interpolation sequence before the end "
                        "of the {}. The expression in it may be unbalanced.",
                        close.kind == Kind::end ? "file" : "quoted template"),
            start));
        return;
    }
    report_unless_recovering(error(
        "Extra characters after interpolation expression",
        "Expected a closing brace to end the interpolation expression. If this belongs to another "
        "language, a shell's for example, write \"$${\" for a literal \"${\".",
        range(close), range_between(start, range(close))));
}

bool Parser::directive(TemplateParts &parts, const Token &open, const Range &start) {
    trim_before(parts, open);
    const Newlines newlines(*this, false);
    const Token keyword = peek();
    if (keyword.kind != Kind::identifier) {
        report_unless_recovering(
            error("Invalid template directive",
                  "A template directive keyword (\"if\", \"for\", etc) is expected after \"%{\".",
                  range(keyword), between(open, keyword)));
        recover(Kind::template_end);
        return false;
    }
    read();
    if (!directive_part(parts, open, keyword)) {
        recover(Kind::template_end);
        return false;
    }
    const Token close = peek();
    if (close.kind == Kind::template_end) {
        read();
        return close.text.starts_with('~');
    }
    report_unless_recovering(
        error(fmt::format("Extra characters in {} marker", keyword.text),
              "Expected a closing brace to end the sequence, but found extra characters.",
              range(close), range_between(start, range(close))));
    recover(Kind::template_end);
    return false;
}

bool Parser::directive_part(TemplateParts &parts, const Token &open, const Token &keyword) {
    using PartKind = TemplatePart::Kind;
    const std::string word(keyword.text);
    if (word == "for")
        return for_directive(parts, open);
    if (word == "if") {
        NodePtr condition = expression();
        parts.push_back({.kind = PartKind::if_start,
                         .range = between(open, peek()),
                         .expression = std::move(condition)});
        return true;
    }
    if (word == "else" || word == "endif" || word == "endfor") {
        parts.push_back({.kind = word == "else"    ? PartKind::else_start
                                 : word == "endif" ? PartKind::if_end
                                                   : PartKind::for_end,
                         .range = between(open, peek())});
        return true;
    }
    report_unless_recovering(
        error("Invalid template control keyword",
              fmt::format("\"{}\" is not a valid template control keyword.{}", word,
                          suggestion(word, {"if", "for", "else", "endif", "endfor"})),
              range(keyword), between(open, keyword)));
    return false;
}

bool Parser::for_directive(TemplateParts &parts, const Token &open) {
    const auto complain = [&](const char *detail) {
        report_unless_recovering(error(invalid_for_directive, detail, next_range()));
        return false;
    };
    TemplatePart part{.kind = TemplatePart::Kind::for_start, .range = {}};
    if (!at(Kind::identifier))
        return complain("For directive requires variable name after 'for'.");
    part.value_name = read().text;
    if (at(Kind::comma)) {
        part.key_name = std::move(part.value_name);
        read();
        if (!at(Kind::identifier))
            return complain("For directive requires value variable name after comma.");
        part.value_name = read().text;
    }
    if (!at_keyword("in"))
        return complain("For directive requires 'in' keyword after names.");
    read();
    part.expression = expression();
    part.range = between(open, peek());
    parts.push_back(std::move(part));
    return true;
}

} // namespace berth::hcl
