// SPDX-License-Identifier: Apache-2.0
// Functions that expressions call, after go-cty's function package.
#pragma once

#include "berth/hcl/value.hpp"
#include "berth/util/error.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace berth::hcl {

struct Parameter {
    // How the evaluator passes an argument: as its value, as an unevaluated expression, or as the
    // type that it spells (HCL's customdecode extension). The last two are capsules: closure_type()
    // and type_constraint_type() of closures.hpp.
    enum class Decode { value, expression, type_constraint };

    std::string name;
    Type type; // the evaluator converts arguments to it; dynamic: any
    bool allow_null = false;
    bool allow_unknown = false; // else an unknown argument makes the result unknown without a call
    bool allow_dynamic = false; // else an argument of the dynamic type (null) does the same
    Decode decode = Decode::value;
    std::string description;
};

// An error of a function, as a phrase. `argument` counts from 0.
class FunctionError : public Error {
  public:
    explicit FunctionError(const std::string &message) : Error(message) {}
    FunctionError(std::size_t argument, const std::string &message)
        : Error(message), argument_(argument) {}
    std::optional<std::size_t> argument() const { return argument_; }

  private:
    std::optional<std::size_t> argument_;
};

class Function {
  public:
    using Arguments = std::span<const Value>;
    // The type of the result for these arguments, which may be unknown even if the parameter does
    // not allow it. Throws a FunctionError.
    using TypeOf = std::function<Type(Arguments)>;
    // The result, which must conform to `result`. Any berth::Error that it throws is reported as an
    // error of the function; a FunctionError can name the argument.
    using Implementation = std::function<Value(Arguments, const Type &result)>;

    struct Specification {
        std::string description;
        std::vector<Parameter> parameters;
        std::optional<Parameter> variadic;
        TypeOf type;
        Implementation implementation;
    };

    Function() = default;
    explicit Function(Specification specification);

    const std::string &description() const { return specification_->description; }
    const std::vector<Parameter> &parameters() const { return specification_->parameters; }
    const std::optional<Parameter> &variadic() const { return specification_->variadic; }
    // The parameter of an argument; a null pointer beyond the last one.
    const Parameter *parameter(std::size_t argument) const;

    // Checks the arguments against the parameters (the caller has converted them), determines the
    // type, and calls. Throws a FunctionError.
    Value call(Arguments arguments) const;
    Type result_type(Arguments arguments) const;

  private:
    std::shared_ptr<const Specification> specification_;
};

// For functions whose result always has the same type.
inline Function::TypeOf always(const Type &type) {
    return [type](Function::Arguments) { return type; };
}

using Functions = std::map<std::string, Function>;

} // namespace berth::hcl
