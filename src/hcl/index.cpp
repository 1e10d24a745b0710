// SPDX-License-Identifier: Apache-2.0
// Elements and attributes of values: hcl.Index and hcl.GetAttr.
#include "berth/hcl/convert.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

constexpr const char *invalid_index = "Invalid index";
constexpr const char *no_element =
    "The given key does not identify an element in this collection value";

Value fail(Diagnostics &diagnostics, const char *summary, const std::string &detail,
           const Range &range) {
    diagnostics.push_back(error(summary, detail, range));
    return Value::unknown();
}

// Why `key` is not a valid index of a sequence of that length.
std::string index_complaint(const Number &key, std::size_t length) {
    if (!key.is_integer())
        return ": a sequence is indexed by whole numbers, and this one has a fractional part.";
    if (key.sign() < 0)
        return ": a negative number is not a valid index for a sequence.";
    if (length == 0)
        return ": the collection has no elements.";
    return fmt::format(": the index {} is not below the length of the collection, {}.", key.text(),
                       length);
}

Value element_of_sequence(const Value &collection, const Number &key, const Range &range,
                          Diagnostics &diagnostics) {
    const Value::List &elements = collection.as_list();
    const std::optional<std::int64_t> index = key.to_int64();
    if (index && *index >= 0 && static_cast<std::size_t>(*index) < elements.size())
        return elements[static_cast<std::size_t>(*index)];
    return fail(diagnostics, invalid_index, no_element + index_complaint(key, elements.size()),
                range);
}

Value collection_element(const Value &collection, const Value &given, const Range &range,
                         Diagnostics &diagnostics) {
    const Type &type = collection.type();
    Value key;
    try {
        key = convert(given, type.is_map() ? Type::string() : Type::number());
    } catch (const ConversionError &problem) {
        return fail(diagnostics, invalid_index, fmt::format("{}: {}.", no_element, problem.what()),
                    range);
    }
    if (!collection.is_known() || !key.is_known())
        return Value::unknown(type.is_tuple() ? Type::dynamic() : type.element());
    if (!type.is_map())
        return element_of_sequence(collection, key.as_number(), range, diagnostics);
    if (const Value *element = collection.find(key.as_string()))
        return *element;
    return fail(diagnostics, invalid_index, fmt::format("{}.", no_element), range);
}

Value object_element(const Value &object, const Value &given, const Range &range,
                     Diagnostics &diagnostics) {
    Value key;
    try {
        key = convert(given, Type::string());
    } catch (const ConversionError &problem) {
        return fail(diagnostics, invalid_index, fmt::format("{}: {}.", no_element, problem.what()),
                    range);
    }
    if (!key.is_known())
        return Value::unknown();
    const auto attribute = object.type().attributes().find(key.as_string());
    if (attribute == object.type().attributes().end())
        return fail(diagnostics, invalid_index,
                    fmt::format("{}.{}", no_element,
                                given.type().is_number()
                                    ? " The attributes of an object have names, not numbers."
                                    : ""),
                    range);
    return object.is_known() ? *object.find(key.as_string()) : Value::unknown(attribute->second);
}

std::string attribute_complaint(const Type &type, const std::string &name) {
    if (type.is_primitive())
        return fmt::format("Can't access attributes on a primitive-typed value ({}).",
                           type.friendly_name());
    if ((type.is_list() || type.is_set()) && type.element().is_object()) {
        const bool has = type.element().attributes().contains(name);
        return fmt::format("Can't access attributes on a {} of objects. Did you mean {} of {}all "
                           "elements?",
                           type.is_list() ? "list" : "set",
                           has ? fmt::format("the attribute \"{}\"", name) : "an attribute",
                           type.is_list() ? "one element, or of " : "");
    }
    return "This value does not have any attributes.";
}

} // namespace

Value index_value(const Value &collection, const Value &key, const Range &range,
                  Diagnostics &diagnostics) {
    if (collection.is_null())
        return fail(diagnostics, "Attempt to index null value",
                    "This value is null, so it does not have any indices.", range);
    if (key.is_null())
        return fail(diagnostics, invalid_index, "Can't use a null value as an indexing key.",
                    range);
    const Type &type = collection.type();
    if (type.is_dynamic() || key.type().is_dynamic())
        return Value::unknown();
    if (type.is_list() || type.is_tuple() || type.is_map())
        return collection_element(collection, key, range, diagnostics);
    if (type.is_object())
        return object_element(collection, key, range, diagnostics);
    return fail(diagnostics, invalid_index,
                type.is_set() ? "The elements of a set have no index or key; only operations "
                                "on all of them are possible."
                              : "This value does not have any indices.",
                range);
}

Value attribute_of(const Value &object, const std::string &name, const Range &range,
                   Diagnostics &diagnostics) {
    constexpr const char *unsupported = "Unsupported attribute";
    if (object.is_null())
        return fail(diagnostics, "Attempt to get attribute from null value",
                    "This value is null, so it does not have any attributes.", range);
    const Type &type = object.type();
    if (type.is_dynamic())
        return Value::unknown();
    if (type.is_object()) {
        const auto attribute = type.attributes().find(normalized(name));
        if (attribute == type.attributes().end())
            return fail(diagnostics, unsupported,
                        fmt::format("This object does not have an attribute named \"{}\".", name),
                        range);
        return object.is_known() ? *object.find(name) : Value::unknown(attribute->second);
    }
    if (!type.is_map())
        return fail(diagnostics, unsupported, attribute_complaint(type, name), range);
    if (!object.is_known())
        return Value::unknown(type.element());
    if (const Value *element = object.find(name))
        return *element;
    return fail(diagnostics, "Missing map element",
                fmt::format("This map does not have an element with the key \"{}\".", name), range);
}

} // namespace berth::hcl
