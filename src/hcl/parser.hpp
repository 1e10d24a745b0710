// SPDX-License-Identifier: Apache-2.0
// The parser of the native syntax: recursive descent over the tokens. It recovers from errors where
// possible, to report several at once.
#pragma once

#include "native_body.hpp"
#include "nodes.hpp"
#include "scan.hpp"
#include "template_parts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace berth::hcl {

class Parser {
  public:
    // `tokens` end with an `end` token.
    Parser(std::vector<Token> tokens, std::string file, Diagnostics &diagnostics)
        : tokens_(std::move(tokens)), file_(std::move(file)), diagnostics_(diagnostics) {}

    std::shared_ptr<const NativeBody> file(); // everything
    NodePtr whole_expression();               // everything
    NodePtr whole_template();                 // everything

  private:
    using Kind = TokenKind;

    // Tokens: without comments, and without newlines where they have no meaning.
    Token peek() const { return next().first; }
    Token read();
    std::pair<Token, std::size_t> next() const;
    bool at(Kind kind) const { return peek().kind == kind; }
    bool at_keyword(std::string_view name) const;
    Range range(const Token &token) const { return {file_, token.start, token.end}; }
    Range previous_range() const;
    Range next_range() const { return range(peek()); }
    Range between(const Token &first, const Token &last) const;

    class Newlines { // whether newlines are tokens, during the lifetime of the object
      public:
        Newlines(Parser &parser, bool included) : parser_(parser), before_(parser.newlines_) {
            parser.newlines_ = included;
        }
        ~Newlines() { parser_.newlines_ = before_; }
        Newlines(const Newlines &) = delete;
        Newlines &operator=(const Newlines &) = delete;

      private:
        Parser &parser_;
        bool before_;
    };
    class Depth { // counts nesting; parsing ends beyond the limit
      public:
        explicit Depth(Parser &parser) : parser_(parser), before_(parser.depth_) {
            parser.deeper();
        }
        ~Depth() { parser_.depth_ = before_; }
        Depth(const Depth &) = delete;
        Depth &operator=(const Depth &) = delete;

      private:
        Parser &parser_;
        int before_;
    };
    void deeper();

    // Errors, and recovery from them.
    void report(Diagnostic diagnostic);
    void report_unless_recovering(Diagnostic diagnostic);
    std::size_t mark() const { return diagnostics_.size(); }
    bool failed(std::size_t since) const;
    bool lost(std::size_t since) const { return recovery_ && failed(since); }
    void give_up();
    Token recover(Kind end);
    void recover_over(Kind start);
    void recover_after_item();
    NodePtr placeholder(const Range &range) const;

    // Bodies.
    std::shared_ptr<const NativeBody> body(Kind end);
    bool body_item(NativeItems &items);
    void report_bad_item(const Token &bad, Kind end, const Range &start);
    Attribute attribute(const Token &name, bool single_line);
    void add_attribute(NativeItems &items, Attribute attribute);
    NativeBlock block(const Token &type);
    bool block_header(NativeBlock &block, const Token &type);
    void block_body(NativeBlock &block, const Token &type, const Token &brace);
    std::shared_ptr<const NativeBody> single_attribute_body();
    void finish_single_line(const Token &type, const Token &brace);
    std::pair<std::string, Range> label();

    // Expressions.
    NodePtr expression();
    NodePtr conditional();
    NodePtr binary();
    NodePtr postfix() { return postfix_of(term()); }
    NodePtr postfix_of(NodePtr from);
    NodePtr dot(NodePtr from, const Range &first);
    NodePtr legacy_index(NodePtr from, const Token &dot);
    NodePtr attribute_splat(NodePtr from, const Range &first, const Token &dot);
    std::optional<TraversalStep> splat_step(const Token &dot);
    NodePtr bracket(NodePtr from, const Range &first);
    NodePtr full_splat(NodePtr from, const Range &first, const Token &open);
    NodePtr indexed(NodePtr from, const NodePtr &key, const Range &brackets, const Range &first);
    NodePtr step(const NodePtr &from, TraversalStep step);
    NodePtr term();
    NodePtr parentheses();
    NodePtr unary();
    NodePtr name();
    NodePtr call(const Token &name);
    std::optional<Token> call_name(CallNode::Parts &parts, const Token &name);
    Token call_arguments(CallNode::Parts &parts, const Token &name);
    void report_missing_separator(const Token &separator, const CallNode::Parts &parts,
                                  const Token &name);
    NodePtr tuple();
    NodePtr object();
    bool object_item(ObjectNode::Items &items, const Token &open);
    void report_missing_value(const Token &next, const Token &open);
    void report_missing_item_end(const Token &next, const Token &open, bool object);
    NodePtr for_expression(const Token &open);
    bool for_names(const Token &open, ForNode::Parts &parts);
    bool for_body(const Token &open, ForNode::Parts &parts, std::optional<Token> &ellipsis);
    void check_for(const ForNode::Parts &parts, const std::optional<Token> &ellipsis, bool object,
                   const Range &whole);
    Value number(const Token &token);

    // Templates.
    NodePtr quoted_template();
    NodePtr template_node(TemplateParts parts, const Range &whole);
    TemplateParts template_parts(Kind end);
    void literal_part(TemplateParts &parts, const Token &token, bool trim);
    // Both return whether the sequence ends with ~}.
    bool interpolation(TemplateParts &parts, const Token &open, Kind end, const Range &start);
    void report_unclosed(const Token &close, Kind end, const Range &start);
    bool directive(TemplateParts &parts, const Token &open, const Range &start);
    bool directive_part(TemplateParts &parts, const Token &open, const Token &keyword);
    bool for_directive(TemplateParts &parts, const Token &open);

    std::vector<Token> tokens_;
    std::string file_;
    Diagnostics &diagnostics_;
    std::size_t index_ = 0;
    bool newlines_ = true;
    bool recovery_ = false;
    bool gave_up_ = false;
    int depth_ = 0;
};

// The text of a literal token, with its escapes resolved; errors are appended.
std::string literal_text(const Token &token, const std::string &file, Diagnostics &diagnostics);

} // namespace berth::hcl
