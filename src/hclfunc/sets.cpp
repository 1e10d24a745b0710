// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/convert.hpp"

#include "make.hpp"

#include <algorithm>
#include <iterator>

namespace berth::hclfunc {

namespace {

// Combines the elements of two sets into a third. All three are in the order of Value::set_less.
using Operation = Value::List (*)(const Value::List &, const Value::List &);

Value::List joined(const Value::List &a, const Value::List &b) {
    Value::List result;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result),
                   Value::set_less);
    return result;
}

Value::List common(const Value::List &a, const Value::List &b) {
    Value::List result;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result),
                          Value::set_less);
    return result;
}

Value::List difference(const Value::List &a, const Value::List &b) {
    Value::List result;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result),
                        Value::set_less);
    return result;
}

Value::List exclusive(const Value::List &a, const Value::List &b) {
    Value::List result;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(),
                                  std::back_inserter(result), Value::set_less);
    return result;
}

// Empty sets of the dynamic type adopt the type of the others.
Type operation_type(Arguments arguments) {
    std::vector<Type> types;
    for (const auto &set : arguments) {
        const auto &element = set.type().element();
        if (!(set.is_known() && set.length() == 0 && element.is_dynamic()))
            types.push_back(element);
    }
    if (types.empty())
        return Type::set(Type::dynamic());
    auto common_type = hcl::unify_unsafe(types);
    if (!common_type)
        throw FunctionError("given sets must all have compatible element types");
    return Type::set(*common_type);
}

Value converted(const Value &set, std::size_t argument, const Type &type) {
    try {
        return hcl::convert(set, type);
    } catch (const hcl::ConversionError &error) {
        throw FunctionError(argument, error.what());
    }
}

Function::Implementation operation(Operation operate) {
    return [operate](Arguments arguments, const Type &result) {
        auto sum = converted(arguments[0], 0, result);
        for (std::size_t at = 1; at < arguments.size(); ++at) {
            auto next = converted(arguments[at], at, result);
            if (!sum.is_wholly_known() || !next.is_wholly_known())
                return Value::unknown(result);
            sum = Value::set(operate(sum.as_list(), next.as_list()), result.element());
        }
        return sum;
    };
}

Parameter any_set(std::string name) {
    auto result = parameter(std::move(name), Type::set(Type::dynamic()));
    result.allow_dynamic = true;
    return result;
}

Function of_many(Operation operate) {
    return make_variadic({any_set("first_set")}, any_set("other_sets"), operation_type,
                         operation(operate));
}

Value has_element(Arguments arguments, const Type &result) {
    const auto &set = arguments[0];
    if (!(set.type().element() == arguments[1].type()))
        return Value::boolean(false);
    if (!set.is_wholly_known())
        return Value::unknown(result);
    const auto &elements = set.as_list();
    return Value::boolean(
        std::binary_search(elements.begin(), elements.end(), arguments[1], Value::set_less));
}

Type factor_type(const Type &type, std::size_t argument) {
    if (type.is_set() || type.is_list())
        return type.element();
    if (!type.is_tuple())
        throw FunctionError(argument, "a set or a list is required");
    if (type.elements().empty())
        return Type::dynamic();
    auto element = hcl::unify_unsafe(type.elements());
    if (!element)
        throw FunctionError(argument, "all elements must be of the same type");
    return *element;
}

Type product_type(Arguments arguments) {
    if (arguments.size() < 2)
        throw FunctionError("at least two arguments are required");
    std::vector<Type> types;
    bool ordered = true;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        types.push_back(factor_type(arguments[at].type(), at));
        ordered = ordered && !arguments[at].type().is_set();
    }
    auto tuple = Type::tuple(std::move(types));
    return ordered ? Type::list(tuple) : Type::set(tuple);
}

// Converts the elements of the factors to the types of the product, and returns the number of
// combinations.
std::size_t convert_factors(std::vector<Value::List> &factors, Arguments arguments,
                            const std::vector<Type> &types) {
    std::size_t total = 1;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        Value::List elements;
        for (const auto &element : arguments[at].as_list())
            elements.push_back(hcl::convert(element, types[at]));
        total *= elements.size();
        check_element_count(total);
        factors.push_back(std::move(elements));
    }
    return total;
}

// The combination with this number; the last factor changes fastest.
Value combination(const std::vector<Value::List> &factors, std::size_t number) {
    Value::List parts(factors.size());
    for (auto at = factors.size(); at-- > 0;) {
        parts[at] = factors[at][number % factors[at].size()];
        number /= factors[at].size();
    }
    return Value::tuple(std::move(parts));
}

Value product(Arguments arguments, const Type &result) {
    if (!std::all_of(arguments.begin(), arguments.end(),
                     [](const Value &argument) { return argument.is_known(); }))
        return Value::unknown(result);
    std::vector<Value::List> factors;
    auto total = convert_factors(factors, arguments, result.element().elements());
    Value::List all;
    for (std::size_t number = 0; number < total; ++number)
        all.push_back(combination(factors, number));
    return result.is_list() ? list_of(std::move(all), result.element())
                            : Value::set(std::move(all), result.element());
}

} // namespace

Functions set_functions() {
    auto any_element = anything("elem");
    return {
        {"sethaselement", make({any_set("set"), any_element}, Type::boolean(), has_element)},
        {"setintersection", of_many(common)},
        {"setproduct", make_variadic({}, with_unknown(anything("sets")), product_type, product)},
        {"setsubtract", make({any_set("a"), any_set("b")}, operation_type, operation(difference))},
        {"setsymmetricdifference", of_many(exclusive)},
        {"setunion", of_many(joined)},
    };
}

} // namespace berth::hclfunc
