// SPDX-License-Identifier: Apache-2.0
// The tree of an expression in the native syntax. The parser builds the nodes, which never change
// then.
#pragma once

#include "berth/hcl/expression.hpp"

#include <set>
#include <utility>

namespace berth::hcl {

// The references of a tree, without the names of enclosing `for` expressions.
struct References {
    std::vector<Traversal> variables;
    std::vector<std::string> calls;
    std::vector<std::set<std::string>> scopes;

    void add(const Traversal &traversal);
};

class Node : public Expression {
  public:
    explicit Node(Range range) : range_(std::move(range)) {}

    const Range &range() const override { return range_; }
    void extend(const Range &last) { range_.end = last.end; }
    std::vector<Traversal> variables() const override;
    std::vector<std::string> function_calls() const override;
    virtual void collect(References &references) const = 0;

  private:
    Range range_;
};
using NodePtr = std::shared_ptr<Node>;
using Nodes = std::vector<NodePtr>;

class LiteralNode : public Node {
  public:
    LiteralNode(Value value, Range range) : Node(std::move(range)), value_(std::move(value)) {}
    Value evaluate(const Context *, Diagnostics &) const override { return value_; }
    void collect(References &) const override {}
    std::optional<Traversal> static_traversal() const override; // true, false, null

  private:
    Value value_;
};

// A variable and steps from it: a.b[0].
class TraversalNode : public Node {
  public:
    TraversalNode(Traversal traversal, Range range)
        : Node(std::move(range)), traversal_(std::move(traversal)) {}
    void append(TraversalStep step, const Range &range);
    std::size_t size() const { return traversal_.steps.size(); }
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override { references.add(traversal_); }
    std::optional<Traversal> static_traversal() const override { return traversal_; }

  private:
    Traversal traversal_;
};

// Steps from any other expression: f().a
class RelativeNode : public Node {
  public:
    RelativeNode(NodePtr source, Traversal traversal, Range range)
        : Node(std::move(range)), source_(std::move(source)), traversal_(std::move(traversal)) {}
    void append(TraversalStep step, const Range &range);
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override { source_->collect(references); }
    std::optional<Traversal> static_traversal() const override;

  private:
    NodePtr source_;
    Traversal traversal_;
};

class CallNode : public Node {
  public:
    struct Parts {
        std::string name;
        Nodes arguments;
        bool expand = false; // the last argument has `...`
        Range name_range;
        Range open_range;
        Range close_range;
    };
    explicit CallNode(Parts parts);
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return start_; }
    std::optional<StaticCall> static_call() const override;

  private:
    struct Argument { // its expression, or a value that `...` gave
        const Node *node = nullptr;
        std::optional<Value> value;
    };
    std::optional<std::vector<Argument>> arguments(const Context *context, bool &unknown,
                                                   Diagnostics &diagnostics) const;
    bool count_fits(const Function &function, const std::vector<Argument> &arguments,
                    Diagnostics &diagnostics) const;
    Value prepare(const Argument &argument, const Parameter &parameter, const Context *context,
                  Diagnostics &diagnostics) const;
    Value call(const Function &function, const std::vector<Argument> &arguments,
               const std::vector<Value> &values, Diagnostics &diagnostics) const;
    void report_unknown(const Context *context, Diagnostics &diagnostics) const;

    Parts parts_;
    Range start_;
};

class ConditionalNode : public Node {
  public:
    ConditionalNode(NodePtr condition, NodePtr yes, NodePtr no, Range range)
        : Node(std::move(range)),
          condition_(std::move(condition)),
          yes_(std::move(yes)),
          no_(std::move(no)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return condition_->start_range(); }

  private:
    std::optional<bool> decide(const Context *context, Diagnostics &diagnostics) const;
    Value result(bool yes, const Value &value, const Type &type, Diagnostics &diagnostics) const;

    NodePtr condition_;
    NodePtr yes_;
    NodePtr no_;
};

class IndexNode : public Node {
  public:
    IndexNode(NodePtr collection, NodePtr key, Range range, Range brackets)
        : Node(std::move(range)),
          collection_(std::move(collection)),
          key_(std::move(key)),
          brackets_(std::move(brackets)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return brackets_; }

  private:
    NodePtr collection_;
    NodePtr key_;
    Range brackets_;
};

class TupleNode : public Node {
  public:
    TupleNode(Nodes elements, Range range, Range open)
        : Node(std::move(range)), elements_(std::move(elements)), open_(std::move(open)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return open_; }
    std::optional<std::vector<ExpressionPtr>> static_list() const override;

  private:
    Nodes elements_;
    Range open_;
};

// The key of an object's item: a name stands for itself unless it is in parentheses.
class KeyNode : public Node {
  public:
    KeyNode(NodePtr expression, bool literal)
        : Node(expression->range()), expression_(std::move(expression)), literal_(literal) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return expression_->start_range(); }
    std::optional<Traversal> static_traversal() const override;

  private:
    NodePtr expression_;
    bool literal_;
};

class ObjectNode : public Node {
  public:
    using Items = std::vector<std::pair<NodePtr, NodePtr>>;
    ObjectNode(Items items, Range range, Range open)
        : Node(std::move(range)), items_(std::move(items)), open_(std::move(open)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return open_; }
    std::optional<StaticPairs> static_pairs() const override;

  private:
    Items items_;
    Range open_;
};

class ForNode : public Node {
  public:
    struct Parts {
        std::string key_name; // may be empty
        std::string value_name;
        NodePtr collection;
        NodePtr key; // none: a tuple
        NodePtr value;
        NodePtr condition; // may be null
        bool group = false;
        Range open_range;
    };
    ForNode(Parts parts, Range range) : Node(std::move(range)), parts_(std::move(parts)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return parts_.open_range; }

  private:
    struct Results;
    bool usable(const Value &collection, Diagnostics &diagnostics) const;
    bool condition_usable(const Context *context, Diagnostics &diagnostics) const;
    Context scope(const Context *context, const Value &key, const Value &value) const;
    void add(Results &results, const Context &scope, Diagnostics &diagnostics) const;
    bool included(Results &results, const Context &scope, Diagnostics &diagnostics) const;
    std::optional<std::string> key(Results &results, const Context &scope,
                                   Diagnostics &diagnostics) const;

    Parts parts_;
};

// The current element of the innermost splat.
class ItemNode : public Node {
  public:
    using Node::Node;
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &) const override {}
};

class SplatNode : public Node {
  public:
    SplatNode(NodePtr source, NodePtr each, Range range, Range marker)
        : Node(std::move(range)),
          source_(std::move(source)),
          each_(std::move(each)),
          marker_(std::move(marker)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return marker_; }

  private:
    Value apply(const Context *context, const Value &item, Diagnostics &diagnostics) const;
    Type result_type(const Context *context, const Type &source, Diagnostics &diagnostics) const;
    Value known(const Context *context, const Value &source, Diagnostics &diagnostics) const;

    NodePtr source_;
    NodePtr each_;
    Range marker_;
};

enum class Operation {
    logical_or,
    logical_and,
    equal,
    not_equal,
    greater,
    greater_equal,
    less,
    less_equal,
    add,
    subtract,
    multiply,
    divide,
    modulo,
};

// Operators of one precedence: first, then operations from the left.
class BinaryNode : public Node {
  public:
    struct Step {
        Operation operation;
        NodePtr operand;
    };
    BinaryNode(NodePtr first, std::vector<Step> steps, Range range)
        : Node(std::move(range)), first_(std::move(first)), steps_(std::move(steps)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return first_->start_range(); }

  private:
    NodePtr first_;
    std::vector<Step> steps_;
};

class UnaryNode : public Node {
  public:
    UnaryNode(bool negate, NodePtr operand, Range range, Range symbol)
        : Node(std::move(range)),
          negate_(negate),
          operand_(std::move(operand)),
          symbol_(std::move(symbol)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override { operand_->collect(references); }
    const Range &start_range() const override { return symbol_; }

  private:
    bool negate_; // otherwise a logical not
    NodePtr operand_;
    Range symbol_;
};

class ParenthesesNode : public Node {
  public:
    ParenthesesNode(NodePtr inner, Range range)
        : Node(std::move(range)), inner_(std::move(inner)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override {
        return inner_->evaluate(context, diagnostics);
    }
    void collect(References &references) const override { inner_->collect(references); }
    const Range &start_range() const override { return inner_->start_range(); }

  private:
    NodePtr inner_;
};

class TemplateNode : public Node {
  public:
    TemplateNode(Nodes parts, Range range) : Node(std::move(range)), parts_(std::move(parts)) {}
    bool is_literal() const;
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override;
    const Range &start_range() const override { return parts_.front()->start_range(); }

  private:
    Nodes parts_;
};

// A template that is one interpolation: its value, of any type.
class WrapNode : public Node {
  public:
    WrapNode(NodePtr inner, Range range) : Node(std::move(range)), inner_(std::move(inner)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override {
        return inner_->evaluate(context, diagnostics);
    }
    void collect(References &references) const override { inner_->collect(references); }

  private:
    NodePtr inner_;
};

// The texts of a template's %{for}, joined.
class JoinNode : public Node {
  public:
    explicit JoinNode(NodePtr tuple) : Node(tuple->range()), tuple_(std::move(tuple)) {}
    Value evaluate(const Context *context, Diagnostics &diagnostics) const override;
    void collect(References &references) const override { tuple_->collect(references); }
    const Range &start_range() const override { return tuple_->start_range(); }

  private:
    NodePtr tuple_;
};

// hcl.Index and hcl.GetAttr: an element or an attribute, or unknown with an error at `range`.
Value index_value(const Value &collection, const Value &key, const Range &range,
                  Diagnostics &diagnostics);
Value attribute_of(const Value &object, const std::string &name, const Range &range,
                   Diagnostics &diagnostics);

// Whether a text has at most 16 MiB. Otherwise adds an error.
bool within_size(std::string_view text, const Range &place, Diagnostics &diagnostics);

// Whether an error was added after the first `count` diagnostics.
bool failed_since(const Diagnostics &diagnostics, std::size_t count);

// The variable with the element of a splat. It is not an identifier, so no text can name it.
inline const std::string splat_item = "*";

} // namespace berth::hcl
