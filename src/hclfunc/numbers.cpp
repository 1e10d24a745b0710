// SPDX-License-Identifier: Apache-2.0
#include "go_math.hpp"
#include "make.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace berth::hclfunc {

namespace {

Function of_one(Number (*action)(const Number &)) {
    return make({number("num")}, Type::number(), [action](Arguments arguments, const Type &) {
        return Value::number(action(arguments[0].as_number()));
    });
}

// `failure`: the reason why infinite arguments may have no result.
Function of_two(Number (*action)(const Number &, const Number &), std::string failure) {
    return make({number("a"), number("b")}, Type::number(),
                [action, failure = std::move(failure)](Arguments arguments, const Type &) {
                    try {
                        return Value::number(
                            action(arguments[0].as_number(), arguments[1].as_number()));
                    } catch (const Error &) {
                        throw FunctionError(failure);
                    }
                });
}

// `better(a, b)`: whether a is preferred to b.
Function extreme(bool (*better)(const Number &, const Number &)) {
    return make_variadic({}, number("numbers"), Type::number(),
                         [better](Arguments arguments, const Type &) {
                             if (arguments.empty())
                                 throw FunctionError("must pass at least one number");
                             auto best = arguments[0];
                             for (const auto &other : arguments.subspan(1))
                                 if (better(other.as_number(), best.as_number()))
                                     best = other;
                             return best;
                         });
}

Function of_doubles(double (*action)(double, double), std::string second) {
    return make({number("num"), number(std::move(second))}, Type::number(),
                [action](Arguments arguments, const Type &) {
                    auto result = action(to_double(arguments[0]), to_double(arguments[1]));
                    if (std::isnan(result))
                        throw FunctionError("the result is not a number");
                    return Value::number(Number(result));
                });
}

double logarithm(double value, double base) {
    return go_log(value) / go_log(base);
}

Value signum(Arguments arguments, const Type &) {
    auto value = to_integer(arguments[0]);
    return Value::number(std::int64_t{value > 0} - std::int64_t{value < 0});
}

Type parsed_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (!type.is_string())
        throw FunctionError(
            0, fmt::format("first argument must be a string, not {}", type.friendly_name()));
    return Type::number();
}

Value parse_integer(Arguments arguments, const Type &) {
    const auto &text = arguments[0].as_string();
    std::int64_t base = 0;
    try {
        base = to_integer(arguments[1]);
    } catch (const FunctionError &error) {
        throw FunctionError(1, error.what());
    }
    if (base < 2 || base > 62)
        throw FunctionError(1, "base must be a whole number between 2 and 62 inclusive");
    auto number = Number::parse_integer(text, static_cast<int>(base));
    if (!number)
        throw FunctionError(
            0, fmt::format("cannot parse {} as a base {} integer", quoted(text), base));
    return Value::number(*number);
}

} // namespace

Functions number_functions() {
    using N = const Number &;
    return {
        {"absolute", of_one([](N a) { return a.absolute(); })},
        {"add", of_two([](N a, N b) { return a + b; }, "can't compute sum of opposing infinities")},
        {"ceil", of_one([](N a) { return a.ceiling(); })},
        {"divide", of_two([](N a, N b) { return a / b; },
                          "can't divide zero by zero or infinity by infinity")},
        {"floor", of_one([](N a) { return a.floor(); })},
        {"int", of_one([](N a) { return a.truncated(); })},
        {"log", of_doubles(logarithm, "base")},
        {"max", extreme([](N a, N b) { return b < a; })},
        {"min", extreme([](N a, N b) { return a < b; })},
        {"modulo",
         of_two([](N a, N b) { return modulo(a, b); }, "can't use modulo with zero and infinity")},
        {"multiply", of_two([](N a, N b) { return a * b; }, "can't multiply zero by infinity")},
        {"negate", of_one([](N a) { return a.negated(); })},
        {"parseint", make({anything("number"), number("base")}, parsed_type, parse_integer)},
        {"pow", of_doubles(go_pow, "power")},
        {"signum", make({number("num")}, Type::number(), signum)},
        {"subtract", of_two([](N a, N b) { return a - b; }, "can't subtract infinity from itself")},
    };
}

} // namespace berth::hclfunc
