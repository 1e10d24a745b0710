// SPDX-License-Identifier: Apache-2.0
// Logic, comparison, and the functions that receive expressions instead of values.
#include "berth/hcl/closures.hpp"
#include "berth/hcl/convert.hpp"

#include "make.hpp"

namespace berth::hclfunc {

namespace {

Function comparison(bool (*holds)(int order)) {
    return make({with_unknown(number("a")), with_unknown(number("b"))}, Type::boolean(),
                [holds](Arguments arguments, const Type &result) {
                    if (!arguments[0].is_known() || !arguments[1].is_known())
                        return Value::unknown(result);
                    return Value::boolean(
                        holds(arguments[0].as_number().compare(arguments[1].as_number())));
                });
}

Function of_booleans(bool (*action)(bool, bool)) {
    return make({parameter("a", Type::boolean()), parameter("b", Type::boolean())}, Type::boolean(),
                [action](Arguments arguments, const Type &) {
                    return Value::boolean(
                        action(arguments[0].as_boolean(), arguments[1].as_boolean()));
                });
}

Function equality(bool wanted) {
    auto operand = [](const char *name) { return with_unknown(nullable(anything(name))); };
    return make({operand("a"), operand("b")}, Type::boolean(),
                [wanted](Arguments arguments, const Type &) {
                    auto equal = arguments[0].equals(arguments[1]);
                    return equal.is_known() ? Value::boolean(equal.as_boolean() == wanted) : equal;
                });
}

Value negation(Arguments arguments, const Type &) {
    return Value::boolean(!arguments[0].as_boolean());
}

Type common_type(Arguments arguments) {
    std::vector<Type> types;
    for (const auto &argument : arguments)
        types.push_back(argument.type());
    auto type = hcl::unify_unsafe(types);
    if (!type)
        throw FunctionError("all arguments must have the same type");
    return *type;
}

Value coalesce(Arguments arguments, const Type &result) {
    for (const auto &argument : arguments) {
        if (!argument.is_known())
            return Value::unknown(result);
        if (!argument.is_null())
            return hcl::convert(argument, result);
    }
    throw FunctionError("no non-null arguments");
}

} // namespace

Functions logic_functions() {
    return {
        {"and", of_booleans([](bool a, bool b) { return a && b; })},
        {"can", hcl::can_function()},
        {"coalesce",
         make_variadic({}, with_unknown(nullable(anything("vals"))), common_type, coalesce)},
        {"convert", hcl::convert_function()},
        {"equal", equality(true)},
        {"greaterthan", comparison([](int order) { return order > 0; })},
        {"greaterthanorequalto", comparison([](int order) { return order >= 0; })},
        {"lessthan", comparison([](int order) { return order < 0; })},
        {"lessthanorequalto", comparison([](int order) { return order <= 0; })},
        {"not", make({parameter("val", Type::boolean())}, Type::boolean(), negation)},
        {"notequal", equality(false)},
        {"or", of_booleans([](bool a, bool b) { return a || b; })},
        {"try", hcl::try_function()},
    };
}

} // namespace berth::hclfunc
