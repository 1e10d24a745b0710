// SPDX-License-Identifier: Apache-2.0
#include "template_parts.hpp"

#include "limits.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace berth::hcl {
namespace {

using PartKind = TemplatePart::Kind;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

// The number of spaces at the start of a line; no_limit for a line of only spaces.
std::size_t indentation(const std::string &text) {
    const std::string_view trimmed = trim_left(text);
    if (trimmed.empty() && text.ends_with('\n'))
        return no_limit;
    return count_characters(std::string_view(text).substr(0, text.size() - trimmed.size()));
}

void remove_characters(TemplatePart &part, std::size_t count) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count && bytes < part.text.size(); ++i)
        bytes += character_length(std::string_view(part.text).substr(bytes));
    part.text.erase(0, bytes);
    part.range.start.column += static_cast<int>(count);
    part.range.start.byte += bytes;
}

const char *name_of(PartKind kind) {
    return kind == PartKind::else_start ? "else" : kind == PartKind::if_end ? "endif" : "endfor";
}

class Tree {
  public:
    Tree(const TemplateParts &parts, Diagnostics &diagnostics)
        : parts_(parts), diagnostics_(diagnostics) {}

    Nodes all() {
        Nodes nodes;
        while (!failed_ && peek().kind != PartKind::end)
            nodes.push_back(node());
        if (nodes.empty())
            nodes.push_back(empty(peek().range));
        return nodes;
    }

  private:
    const TemplatePart &peek() const { return parts_[at_]; }
    const TemplatePart &read() { return peek().kind == PartKind::end ? peek() : parts_[at_++]; }

    static NodePtr empty(const Range &range) {
        return std::make_shared<LiteralNode>(Value::string(""), range);
    }
    NodePtr fail(const std::string &summary, const std::string &detail, const Range &range) {
        diagnostics_.push_back(error(summary, detail, range));
        return std::make_shared<LiteralNode>(Value::unknown(), range);
    }
    static NodePtr text_of(Nodes nodes, const Range &place) {
        if (nodes.empty())
            nodes.push_back(empty(place));
        const Range whole = range_between(nodes.front()->range(), nodes.back()->range());
        return std::make_shared<TemplateNode>(std::move(nodes), whole);
    }

    NodePtr node();
    NodePtr conditional();
    NodePtr loop();
    NodePtr unexpected(const TemplatePart &open, const TemplatePart &part);

    const TemplateParts &parts_;
    Diagnostics &diagnostics_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool failed_ = false; // nested too deeply
};

NodePtr Tree::node() {
    const TemplatePart &part = peek();
    switch (part.kind) {
    case PartKind::literal:
        read();
        return std::make_shared<LiteralNode>(Value::string(part.text), part.range);
    case PartKind::interpolation:
        return read().expression;
    case PartKind::if_start:
    case PartKind::for_start: {
        if (++depth_ > deepest) {
            at_ = parts_.size() - 1;
            if (failed_)
                return empty(part.range);
            failed_ = true;
            return fail("Nesting too deep", "Directives can be nested up to 400 levels.",
                        part.range);
        }
        NodePtr result = part.kind == PartKind::if_start ? conditional() : loop();
        --depth_;
        return result;
    }
    default:
        read();
        return fail(fmt::format("Unexpected {} directive", name_of(part.kind)),
                    "The control directives within this template are unbalanced.", part.range);
    }
}

// Reports that `part` does not end `open`.
NodePtr Tree::unexpected(const TemplatePart &open, const TemplatePart &part) {
    const char *what = open.kind == PartKind::if_start ? "if" : "for";
    if (failed_)
        return empty(part.range);
    if (part.kind == PartKind::end)
        return fail("Unexpected end of template",
                    fmt::format("The {0} directive at {1} is missing its corresponding end{0} "
                                "directive.",
                                what, open.range.text()),
                    part.range);
    return fail(
        fmt::format("Unexpected {} directive", name_of(part.kind)),
        part.kind == PartKind::else_start && open.kind == PartKind::for_start
            ? "An else clause is not expected for a for directive."
        : part.kind == PartKind::else_start
            ? fmt::format("Already in the else clause for the if started at {}.", open.range.text())
            : fmt::format("Expecting an end{0} directive for the {0} started at {1}.", what,
                          open.range.text()),
        part.range);
}

NodePtr Tree::conditional() {
    const TemplatePart &open = read();
    Nodes yes;
    Nodes no;
    bool in_else = false;
    for (;;) {
        const TemplatePart &part = peek();
        if (part.kind == PartKind::if_end)
            break;
        if (part.kind == PartKind::else_start && !in_else) {
            read();
            in_else = true;
        } else if (part.kind == PartKind::else_start || part.kind == PartKind::for_end ||
                   part.kind == PartKind::end) {
            read();
            return unexpected(open, part);
        } else {
            (in_else ? no : yes).push_back(node());
        }
    }
    const Range end = read().range;
    const Range after{open.range.file, open.range.end, open.range.end};
    const Range before{end.file, end.start, end.start};
    return std::make_shared<ConditionalNode>(open.expression, text_of(std::move(yes), after),
                                             text_of(std::move(no), before),
                                             range_between(open.range, end));
}

NodePtr Tree::loop() {
    const TemplatePart &open = read();
    Nodes content;
    for (;;) {
        const TemplatePart &part = peek();
        if (part.kind == PartKind::for_end)
            break;
        if (part.kind == PartKind::else_start || part.kind == PartKind::if_end ||
            part.kind == PartKind::end) {
            read();
            return unexpected(open, part);
        }
        content.push_back(node());
    }
    const Range end = read().range;
    const Range after{open.range.file, open.range.end, open.range.end};
    ForNode::Parts parts{.key_name = open.key_name,
                         .value_name = open.value_name,
                         .collection = open.expression,
                         .key = {},
                         .value = text_of(std::move(content), after),
                         .condition = {},
                         .group = false,
                         .open_range = open.range};
    return std::make_shared<JoinNode>(
        std::make_shared<ForNode>(std::move(parts), range_between(open.range, end)));
}

} // namespace

void flush_lines(TemplateParts &parts) {
    std::size_t fewest = no_limit;
    bool line_start = true;
    std::vector<TemplatePart *> starts;
    for (TemplatePart &part : parts) {
        if (part.kind == PartKind::end)
            break;
        const bool literal = part.kind == PartKind::literal;
        if (line_start) {
            const std::size_t spaces = literal ? indentation(part.text) : 0;
            if (literal && spaces != no_limit)
                starts.push_back(&part);
            fewest = std::min(fewest, spaces);
        }
        line_start = literal && part.text.ends_with('\n');
    }
    for (TemplatePart *part : starts)
        remove_characters(*part, fewest);
}

void join_literals(TemplateParts &parts) {
    TemplateParts joined;
    for (TemplatePart &part : parts) {
        if (part.kind == PartKind::literal && !joined.empty() &&
            joined.back().kind == PartKind::literal) {
            joined.back().text += part.text;
            joined.back().range.end = part.range.end;
        } else {
            joined.push_back(std::move(part));
        }
    }
    parts = std::move(joined);
}

Nodes template_tree(const TemplateParts &parts, Diagnostics &diagnostics) {
    return Tree(parts, diagnostics).all();
}

} // namespace berth::hcl
