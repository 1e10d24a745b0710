// SPDX-License-Identifier: Apache-2.0
// Functions that create lists and tuples.
#include "berth/hcl/convert.hpp"

#include "make.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::hclfunc {

namespace {

Type type_of_first(Arguments arguments) {
    return arguments[0].type();
}

Value compact(Arguments arguments, const Type &result) {
    if (!arguments[0].is_wholly_known())
        return Value::unknown(result);
    Value::List kept;
    for (const auto &element : arguments[0].as_list())
        if (!element.is_null() && !element.as_string().empty())
            kept.push_back(element);
    return list_of(std::move(kept), Type::string());
}

Value distinct(Arguments arguments, const Type &result) {
    if (!arguments[0].is_wholly_known())
        return Value::unknown(result);
    std::set<Value, bool (*)(const Value &, const Value &)> seen(Value::set_less);
    Value::List kept;
    for (const auto &element : arguments[0].as_list())
        if (seen.insert(element).second)
            kept.push_back(element);
    return list_of(std::move(kept), result.element());
}

Type chunks_type(Arguments arguments) {
    return Type::list(arguments[0].type());
}

Value chunks(Arguments arguments, const Type &) {
    const auto &list = arguments[0];
    auto size = to_integer(arguments[1], "invalid size");
    if (size < 0)
        throw FunctionError("the size argument must be positive");
    const auto &elements = list.as_list();
    Value::List result;
    if (size == 0 && !elements.empty())
        result.push_back(list);
    for (std::size_t at = 0; size > 0 && at < elements.size();) {
        auto count = std::min(static_cast<std::size_t>(size), elements.size() - at);
        auto start = elements.begin() + static_cast<std::ptrdiff_t>(at);
        result.push_back(
            list_of({start, start + static_cast<std::ptrdiff_t>(count)}, list.type().element()));
        at += count;
    }
    return list_of(std::move(result), list.type());
}

bool can_flatten(const Type &type) {
    return is_list_or_tuple(type) || type.is_set();
}

void flatten_into(Value::List &flat, const Value &list) {
    for (const auto &element : list.as_list())
        if (!element.is_null() && can_flatten(element.type()))
            flatten_into(flat, element);
        else
            flat.push_back(element);
}

Type flat_type(Arguments arguments) {
    const auto &list = arguments[0];
    if (!list.is_wholly_known())
        return Type::dynamic();
    if (!can_flatten(list.type()))
        throw FunctionError("can only flatten lists, sets and tuples");
    Value::List flat;
    flatten_into(flat, list);
    return Value::tuple(std::move(flat)).type();
}

Value flatten(Arguments arguments, const Type &result) {
    if (!arguments[0].is_wholly_known())
        return Value::unknown(result);
    Value::List flat;
    flatten_into(flat, arguments[0]);
    return Value::tuple(std::move(flat));
}

Type reversed_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (type.is_tuple())
        return Type::tuple({type.elements().rbegin(), type.elements().rend()});
    if (type.is_list() || type.is_set())
        return Type::list(type.element());
    throw FunctionError(
        0, fmt::format("can only reverse list or tuple values, not {}", type.friendly_name()));
}

Value reversed(Arguments arguments, const Type &result) {
    auto elements = arguments[0].as_list();
    std::reverse(elements.begin(), elements.end());
    if (result.is_tuple())
        return Value::tuple(std::move(elements));
    return list_of(std::move(elements), result.element());
}

struct SliceBounds {
    std::size_t start = 0;
    std::size_t end = 0;
    bool known = false;
};

std::size_t slice_index(const Value &index, std::size_t argument, std::string_view name,
                        std::optional<std::size_t> length) {
    auto complain = [&](std::string_view why) {
        throw FunctionError(argument, fmt::format("{} index must not be {}", name, why));
    };
    std::int64_t value = 0;
    try {
        value = to_integer(index);
    } catch (const FunctionError &error) {
        throw FunctionError(argument, fmt::format("invalid {} index: {}", name, error.what()));
    }
    if (value < 0)
        complain("less than zero");
    if (length && static_cast<std::size_t>(value) > *length)
        complain("greater than the length of the list");
    return static_cast<std::size_t>(value);
}

SliceBounds slice_bounds(Arguments arguments) {
    const auto &list = arguments[0];
    std::optional<std::size_t> length;
    if (list.type().is_tuple())
        length = list.type().elements().size();
    else if (list.is_known())
        length = list.length();
    SliceBounds bounds;
    if (arguments[1].is_known())
        bounds.start = slice_index(arguments[1], 1, "start", length);
    if (arguments[2].is_known())
        bounds.end = slice_index(arguments[2], 2, "end", length);
    bounds.known = arguments[1].is_known() && arguments[2].is_known();
    if (bounds.known && bounds.start > bounds.end)
        throw FunctionError(1, "start index must not be greater than end index");
    return bounds;
}

template<class T>
std::vector<T> part_of(const std::vector<T> &all, const SliceBounds &bounds) {
    return {all.begin() + static_cast<std::ptrdiff_t>(bounds.start),
            all.begin() + static_cast<std::ptrdiff_t>(bounds.end)};
}

Type slice_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (type.is_set())
        throw FunctionError(0, "cannot slice a set, because its elements do not have indices; "
                               "explicitly convert to a list if the ordering of the result is not "
                               "important");
    if (!is_list_or_tuple(type))
        throw FunctionError(0, "must be a list or tuple value");
    auto bounds = slice_bounds(arguments);
    if (type.is_list())
        return type;
    return bounds.known ? Type::tuple(part_of(type.elements(), bounds)) : Type::dynamic();
}

Value slice(Arguments arguments, const Type &result) {
    auto elements = part_of(arguments[0].as_list(), slice_bounds(arguments));
    if (result.is_tuple())
        return Value::tuple(std::move(elements));
    return list_of(std::move(elements), result.element());
}

std::optional<Type> common_list_type(Arguments arguments) {
    std::vector<Type> types;
    for (const auto &argument : arguments) {
        if (!argument.type().is_list())
            return std::nullopt;
        types.push_back(argument.type());
    }
    return hcl::unify_unsafe(types);
}

Type concatenated_type(Arguments arguments) {
    if (arguments.empty())
        throw FunctionError("at least one argument is required");
    if (auto common = common_list_type(arguments))
        return *common;
    std::vector<Type> types;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const auto &type = arguments[at].type();
        if (!is_list_or_tuple(type))
            throw FunctionError(at, fmt::format("all arguments must be lists or tuples; got {}",
                                                type.friendly_name()));
        if (type.is_tuple())
            types.insert(types.end(), type.elements().begin(), type.elements().end());
        else if (arguments[at].is_known())
            types.insert(types.end(), arguments[at].length(), type.element());
        else
            return Type::dynamic();
    }
    return Type::tuple(std::move(types));
}

Value concatenated(Arguments arguments, const Type &result) {
    Value::List all;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        auto part = arguments[at];
        try {
            part = result.is_list() ? hcl::convert(part, result) : part;
        } catch (const hcl::ConversionError &error) {
            throw FunctionError(at, error.what());
        }
        all.insert(all.end(), part.as_list().begin(), part.as_list().end());
    }
    if (result.is_tuple())
        return Value::tuple(std::move(all));
    return list_of(std::move(all), result.element());
}

struct Range {
    Number start;
    Number end;
    Number step{std::int64_t{1}};
};

Range range_of(Arguments arguments) {
    Range range;
    if (arguments.empty() || arguments.size() > 3)
        throw FunctionError("must have one, two, or three arguments");
    if (arguments.size() > 1)
        range.start = arguments[0].as_number();
    range.end = arguments[arguments.size() == 1 ? 0 : 1].as_number();
    if (arguments.size() == 3)
        range.step = arguments[2].as_number();
    else if (range.end < range.start)
        range.step = range.step.negated();
    return range;
}

Value range(Arguments arguments, const Type &) {
    auto [start, end, step] = range_of(arguments);
    bool down = step.sign() < 0;
    if (down && start < end)
        throw FunctionError(1, "end must be less than start when step is negative");
    if (!down && end < start)
        throw FunctionError(1, "end must be greater than start when step is positive");
    Value::List numbers;
    for (auto at = start; down ? end < at : at < end; at = at + step) {
        if (numbers.size() >= 1024)
            throw FunctionError("more than 1024 values were generated; either decrease the "
                                "difference between start and end or use a smaller step");
        numbers.push_back(Value::number(at));
    }
    return list_of(std::move(numbers), Type::number());
}

} // namespace

Functions list_functions() {
    auto any_list = [](const char *name) { return sequence(name, Type::dynamic()); };
    auto strings = Type::list(Type::string());
    return {
        {"chunklist", make({any_list("list"), number("size")}, chunks_type, chunks)},
        {"compact", make({sequence("list", Type::string())}, strings, compact)},
        {"concat", make_variadic({}, anything("seqs"), concatenated_type, concatenated)},
        {"distinct", make({any_list("list")}, type_of_first, distinct)},
        {"flatten", make({anything("list")}, flat_type, flatten)},
        {"range", make_variadic({}, number("params"), Type::list(Type::number()), range)},
        {"reverselist", make({anything("list")}, reversed_type, reversed)},
        {"slice",
         make({anything("list"), number("start_index"), number("end_index")}, slice_type, slice)},
    };
}

} // namespace berth::hclfunc
