// SPDX-License-Identifier: Apache-2.0
// Expressions: evaluated in a context of variables and functions, or inspected without evaluation.
#pragma once

#include "berth/hcl/diagnostic.hpp"
#include "berth/hcl/function.hpp"
#include "berth/hcl/value.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hcl {

// Variables and functions by name. A child also sees those of its parent, and can hide them.
// Contexts must outlive their children.
class Context {
  public:
    Context() = default;
    explicit Context(const Context *parent) : parent_(parent) {}

    std::map<std::string, Value> variables;
    Functions functions;

    const Context *parent() const { return parent_; }
    const Value *variable(const std::string &name) const;    // also of the parents; null: none
    const Function *function(const std::string &name) const; // also of the parents; null: none
    std::vector<std::string> names_of_variables() const;     // also of the parents
    std::vector<std::string> names_of_functions() const;     // also of the parents

  private:
    const Context *parent_ = nullptr;
};

// A step of a reference: `root`, `.attribute`, `[index]`, `.*` or `[*]`.
struct TraversalStep {
    enum class Kind { root, attribute, index, splat };
    Kind kind = Kind::root;
    std::string name; // root, attribute
    Value key;        // index: a number or a string
    Range range;
};

struct Traversal {
    std::vector<TraversalStep> steps;

    bool relative() const; // does not start with a root
    const std::string &root_name() const { return steps.front().name; }
    Range range() const;
    // Applies the steps: all of an absolute traversal to the context's variables, or those from
    // `first` on to `value`.
    Value apply(const Context *context, Diagnostics &diagnostics) const;
    Value apply(Value value, std::size_t first, Diagnostics &diagnostics) const;
};

class Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

struct StaticCall {
    std::string name;
    Range name_range;
    std::vector<ExpressionPtr> arguments;
    Range arguments_range;
};

using StaticPairs = std::vector<std::pair<ExpressionPtr, ExpressionPtr>>;

class Expression : public std::enable_shared_from_this<Expression> {
  public:
    Expression() = default;
    Expression(const Expression &) = delete;
    Expression &operator=(const Expression &) = delete;
    virtual ~Expression() = default;

    // The value. Errors are appended to `diagnostics`; the value is then as complete as possible,
    // at least an unknown of the dynamic type. Without a context, variables and functions are
    // errors.
    virtual Value evaluate(const Context *context, Diagnostics &diagnostics) const = 0;

    // Its references to variables of the context, in the order of the text, without the variables
    // of its own `for`.
    virtual std::vector<Traversal> variables() const = 0;
    // The names of the functions that it calls, once for each call.
    virtual std::vector<std::string> function_calls() const = 0;

    virtual const Range &range() const = 0;
    virtual const Range &start_range() const { return range(); } // a part that identifies it

    // Its parts without evaluation; nothing if it is another kind of expression.
    virtual std::optional<std::vector<ExpressionPtr>> static_list() const { return {}; }
    virtual std::optional<StaticPairs> static_pairs() const { return {}; }
    virtual std::optional<StaticCall> static_call() const { return {}; }
    virtual std::optional<Traversal> static_traversal() const { return {}; }
};

// The same with HCL's errors (hcl.ExprList, ExprMap, ExprCall, AbsTraversalForExpr).
std::vector<ExpressionPtr> list_of(const Expression &expression, Diagnostics &diagnostics);
StaticPairs pairs_of(const Expression &expression, Diagnostics &diagnostics);
std::optional<StaticCall> call_of(const Expression &expression, Diagnostics &diagnostics);
Traversal traversal_of(const Expression &expression, Diagnostics &diagnostics);
// hcl.ExprAsKeyword: the name, if the expression is a single name, else "".
std::string keyword_of(const Expression &expression);

// hcl.StaticExpr: an expression with a constant value.
ExpressionPtr literal(const Value &value, const Range &range);

// Parses an expression or template in the native syntax, which begins at `start` of another text. A
// null pointer only with errors.
ExpressionPtr parse_expression(std::string_view text, const std::string &file,
                               const Position &start, Diagnostics &diagnostics);
ExpressionPtr parse_template(std::string_view text, const std::string &file, const Position &start,
                             Diagnostics &diagnostics);

// typeexpr.TypeConstraint: the type that an expression spells: string, list(number),
// object({a=string, b=optional(bool)}), any. Dynamic with errors.
Type type_constraint(const Expression &expression, Diagnostics &diagnostics);
// Exact types only: without any and optional (typeexpr.Type).
Type exact_type(const Expression &expression, Diagnostics &diagnostics);
// A type as type expressions spell it: `list(string)` (typeexpr.TypeString).
std::string type_text(const Type &type);

// A function that evaluates `result` with its arguments as variables, in a child of `*base` (in its
// state at the call; it must outlive the function). As buildx's userfunc: `parameters` is a static
// list of names, `variadic` (may be null) a name; errors are DiagnosticErrors.
Function user_function(const Expression &parameters, const Expression *variadic,
                       ExpressionPtr result, const Context *base, Diagnostics &diagnostics);

} // namespace berth::hcl
