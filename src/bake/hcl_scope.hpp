// SPDX-License-Identifier: Apache-2.0
// Names that expressions of a definition may use, each evaluated at its first use: variables,
// attributes of the files themselves, functions, and (through BlockResolver) targets. So the order
// of files and lines does not matter, and a cycle is an error.
#pragma once

#include "berth/bake/print.hpp"
#include "berth/hcl/body.hpp"
#include "berth/util/error.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::bake {

// An unknown variable or function.
class UndefinedError : public Error {
  public:
    using Error::Error;
};

// `message` as a diagnostic at `range`, or the diagnostics that `error` is.
[[noreturn]] void throw_at(const hcl::Range &range, const std::string &summary, const Error &error);

struct VariableBlock {
    struct Validation {
        hcl::ExpressionPtr condition, message;
    };

    std::string name = {}, description = {};
    hcl::ExpressionPtr type = {};  // null pointer: none
    hcl::ExpressionPtr value = {}; // `default`; null pointer: none
    std::vector<Validation> validations = {};
    hcl::Range range = {};
    std::optional<hcl::Type> constraint = {}; // of `type`, once it is evaluated
};

struct FunctionBlock {
    std::string name = {};
    std::optional<hcl::Attribute> parameters = {}, variadic = {}, result = {};
    hcl::Range label_range = {}, definition_range = {};
};

class Scope {
  public:
    // Evaluates the part of a block that a reference needs; `names` is the reference after
    // `target`.
    using BlockResolver = std::function<void(const hcl::Traversal &)>;

    Scope(std::map<std::string, std::string> builtins,
          std::map<std::string, std::string> overrides);

    void add_variable(VariableBlock variable);
    void add_function(FunctionBlock function);
    void add_attribute(const hcl::Attribute &attribute);
    void resolve_blocks_by(std::set<std::string> types, BlockResolver resolver);

    // Evaluates everything that the expression refers to, except names in `known`. With
    // `allow_missing`, it leaves unknown names to the evaluation, whose errors are better. Throws
    // hcl::DiagnosticError.
    void load(const hcl::Expression &expression, const hcl::Context &context,
              const std::set<std::string> &known, bool allow_missing);

    // All variables. Throws hcl::DiagnosticError.
    std::vector<Variable> evaluate_variables();
    void validate_variables();
    void evaluate_functions();
    void evaluate_attributes();

    hcl::Context &context() { return context_; }

    // A name in evaluation, for the sake of the one before it.
    class Visit {
      public:
        Visit(Scope &scope, std::string name) : path_(scope.path_) {
            path_.push_back(std::move(name));
        }
        ~Visit() { path_.pop_back(); }
        Visit(const Visit &) = delete;
        Visit &operator=(const Visit &) = delete;

      private:
        std::vector<std::string> &path_;
    };
    // Throws `message`: `name` is in evaluation already.
    [[noreturn]] void fail_cycle(const std::string &name, const std::string &message);
    // What that was about, `a → b → a`; empty: there was no cycle.
    const std::string &cycle() const { return cycle_; }

  private:
    struct Given {
        std::string text;
        bool json = false;
    };

    void load_value(const std::string &name, const hcl::Context &context);
    void load_function(const std::string &name, const hcl::Context &context);
    hcl::Value variable_value(VariableBlock &variable);
    hcl::Value attribute_value(const hcl::Attribute &attribute, const hcl::Context &context);
    std::optional<Given> given_value(const std::string &name, bool typed) const;
    Variable listed(const VariableBlock &variable) const;

    std::map<std::string, std::string> builtins_, overrides_;
    std::map<std::string, VariableBlock> variables_;
    std::map<std::string, FunctionBlock> functions_;
    std::map<std::string, hcl::Attribute> attributes_;
    std::vector<std::string> order_; // of variables
    std::set<std::string> block_types_;
    BlockResolver resolver_;
    hcl::Context context_;
    std::vector<std::string> path_;
    std::string cycle_;
    int depth_ = 0; // of names that refer to others
    std::set<std::pair<const hcl::Context *, std::string>> values_begun_, functions_begun_;
};

} // namespace berth::bake
