// SPDX-License-Identifier: Apache-2.0
// Functions of lists, sets, tuples and maps alike.
#include "make.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

constexpr const char *not_indexable = "collection must be a list, a map or a tuple";

bool is_indexable(const Type &type) {
    return is_list_or_tuple(type) || type.is_map();
}

Type has_index_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (!is_indexable(type) && !type.is_dynamic())
        throw FunctionError(not_indexable);
    return Type::boolean();
}

const Value *find_element(const Value &collection, const Value &key) {
    if (collection.type().is_map())
        return key.type().is_string() ? collection.find(key.as_string()) : nullptr;
    if (!key.type().is_number())
        return nullptr;
    auto index = key.as_number().to_int64();
    const auto &elements = collection.as_list();
    if (!index || *index < 0 || static_cast<std::uint64_t>(*index) >= elements.size())
        return nullptr;
    return &elements[static_cast<std::size_t>(*index)];
}

Value has_index(Arguments arguments, const Type &) {
    return Value::boolean(find_element(arguments[0], arguments[1]) != nullptr);
}

Type tuple_index_type(const Type &tuple, const Value &key) {
    if (!key.is_known())
        return Type::dynamic();
    auto index = to_integer(key, "invalid key for tuple");
    auto count = static_cast<std::int64_t>(tuple.elements().size());
    if (index < 0 || index >= count)
        throw FunctionError(fmt::format("key must be between 0 and {} inclusive", count));
    return tuple.elements()[static_cast<std::size_t>(index)];
}

Type index_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    const auto &key = arguments[1].type();
    if (!is_indexable(type))
        throw FunctionError(not_indexable);
    auto wanted = type.is_map() ? Type::string() : Type::number();
    if (!(key == wanted) && !key.is_dynamic())
        throw FunctionError(fmt::format("key for {} must be {}",
                                        type.is_map()     ? "map"
                                        : type.is_tuple() ? "tuple"
                                                          : "list",
                                        wanted.friendly_name()));
    return type.is_tuple() ? tuple_index_type(type, arguments[1]) : type.element();
}

Value index(Arguments arguments, const Type &) {
    const auto *element = find_element(arguments[0], arguments[1]);
    if (element == nullptr)
        throw FunctionError("invalid index");
    return *element;
}

Type length_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (!is_indexable(type) && !type.is_set() && !type.is_dynamic())
        throw FunctionError(not_indexable);
    return Type::number();
}

Value length(Arguments arguments, const Type &result) {
    const auto &type = arguments[0].type();
    if (type.is_tuple())
        return Value::number(static_cast<std::int64_t>(type.elements().size()));
    if (!arguments[0].is_known())
        return Value::unknown(result);
    return Value::number(static_cast<std::int64_t>(arguments[0].length()));
}

std::size_t wrapped(std::int64_t index, std::size_t count) {
    if (count == 0)
        throw FunctionError("cannot use element function with an empty list");
    auto size = static_cast<std::int64_t>(count);
    return static_cast<std::size_t>((index % size + size) % size);
}

Type element_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (type.is_list())
        return type.element();
    if (!type.is_tuple())
        throw FunctionError(fmt::format("cannot read elements from {}", type.friendly_name()));
    if (!arguments[1].is_known())
        return Type::dynamic();
    auto index = to_integer(arguments[1], "invalid index");
    return type.elements()[wrapped(index, type.elements().size())];
}

Value element(Arguments arguments, const Type &) {
    auto index = to_integer(arguments[1], "invalid index");
    const auto &elements = arguments[0].as_list();
    return elements[wrapped(index, elements.size())];
}

Value contains(Arguments arguments, const Type &result) {
    const auto &type = arguments[0].type();
    if (!is_list_or_tuple(type) && !type.is_set())
        throw FunctionError("argument must be list, tuple, or set");
    bool unsure = false;
    for (const auto &element : arguments[0].as_list()) {
        auto equal = arguments[1].equals(element);
        if (!equal.is_known())
            unsure = true;
        else if (equal.as_boolean())
            return equal;
    }
    return unsure ? Value::unknown(result) : Value::boolean(false);
}

Value index_of(Arguments arguments, const Type &result) {
    if (!is_list_or_tuple(arguments[0].type()))
        throw FunctionError("argument must be a list or tuple");
    const auto &elements = arguments[0].as_list();
    if (elements.empty())
        throw FunctionError("cannot search an empty list");
    for (std::size_t at = 0; at < elements.size(); ++at) {
        auto equal = elements[at].equals(arguments[1]);
        if (!equal.is_known())
            return Value::unknown(result);
        if (equal.as_boolean())
            return Value::number(static_cast<std::int64_t>(at));
    }
    throw FunctionError("item not found");
}

Type coalesce_list_type(Arguments arguments) {
    if (arguments.empty())
        throw FunctionError("at least one argument is required");
    auto type = arguments[0].type();
    bool same = true;
    for (const auto &argument : arguments) {
        if (!argument.is_known())
            return Type::dynamic();
        if (!is_list_or_tuple(argument.type()))
            throw FunctionError("coalescelist arguments must be lists or tuples");
        same = same && argument.type() == type;
    }
    return same ? type : Type::dynamic();
}

Value coalesce_list(Arguments arguments, const Type &result) {
    for (const auto &argument : arguments) {
        if (!argument.is_known())
            return Value::unknown(result);
        if (!argument.is_null() && argument.length() > 0)
            return argument;
    }
    throw FunctionError("no non-null arguments");
}

} // namespace

Functions collection_functions() {
    auto lists = with_unknown(nullable(anything("vals")));
    return {
        {"coalescelist", make_variadic({}, lists, coalesce_list_type, coalesce_list)},
        {"contains", make({anything("list"), anything("value")}, Type::boolean(), contains)},
        {"element", make({anything("list"), number("index")}, element_type, element)},
        {"hasindex", make({anything("collection"), anything("key")}, has_index_type, has_index)},
        {"index", make({anything("collection"), anything("key")}, index_type, index)},
        {"indexof", make({anything("list"), anything("value")}, Type::number(), index_of)},
        {"length", make({with_unknown(anything("collection"))}, length_type, length)},
    };
}

} // namespace berth::hclfunc
