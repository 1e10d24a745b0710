// SPDX-License-Identifier: Apache-2.0
// Arguments that a function receives unevaluated (Parameter::Decode), and HCL's own functions that
// use them.
#pragma once

#include "berth/hcl/expression.hpp"
#include "berth/hcl/function.hpp"

namespace berth::hcl {

// The argument's expression and the context to evaluate it in, which lives only during the call.
struct Closure {
    ExpressionPtr expression;
    const Context *context = nullptr;

    // Throws a DiagnosticError (diagnostic.hpp) if the evaluation has errors.
    Value value() const;
};

Type closure_type();         // Value::as_capsule<Closure>()
Type type_constraint_type(); // Value::as_capsule<Type>()

Function try_function();     // try(a, b, …): the first argument without an error
Function can_function();     // can(a): whether it evaluates without an error
Function convert_function(); // convert(a, list(string))

} // namespace berth::hcl
