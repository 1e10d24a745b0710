// SPDX-License-Identifier: Apache-2.0
// Conversions: first whether one type converts to another, then the conversion of a value.
#include "berth/hcl/convert.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hcl {
namespace {

// Whether each part of a structure can become `element`, or one common type where that is dynamic.
bool parts_convert(const std::vector<Type> &parts, const Type &element, bool safe,
                   bool open_parts_only) {
    Type wanted = element;
    if (wanted.is_dynamic() && !parts.empty()) {
        const std::optional<Type> common = safe ? unify(parts) : unify_unsafe(parts);
        if (!common)
            return false;
        wanted = *common;
        const auto open = [](const Type &type) { return type.is_dynamic(); };
        if (open_parts_only && wanted.is_dynamic() &&
            !std::all_of(parts.begin(), parts.end(), open))
            return false;
    }
    return std::all_of(parts.begin(), parts.end(), [&](const Type &part) {
        return part == wanted || can_convert(part, wanted, safe);
    });
}

std::vector<Type> attribute_types(const Type &object) {
    std::vector<Type> types;
    for (const auto &[name, type] : object.attributes())
        types.push_back(type);
    return types;
}

bool object_converts(const Type &from, const Type &to, bool safe) {
    return std::all_of(to.attributes().begin(), to.attributes().end(), [&](const auto &wanted) {
        const auto found = from.attributes().find(wanted.first);
        if (found == from.attributes().end())
            return to.optional().contains(wanted.first);
        return can_convert(found->second, wanted.second, safe);
    });
}

bool tuple_converts(const Type &from, const Type &to, bool safe) {
    return from.elements().size() == to.elements().size() &&
           std::equal(from.elements().begin(), from.elements().end(), to.elements().begin(),
                      [&](const Type &a, const Type &b) { return can_convert(a, b, safe); });
}

bool map_becomes_object(const Type &from, const Type &to) {
    return std::all_of(to.attributes().begin(), to.attributes().end(), [&](const auto &wanted) {
        return to.optional().contains(wanted.first) || can_convert(from.element(), wanted.second);
    });
}

class Converter {
  public:
    explicit Converter(bool safe) : safe_(safe) {}

    // Converts `value` to `to`. can_convert() has checked the types.
    Value convert(const Value &value, const Type &to);

  private:
    Value known(const Value &value, const Type &to);
    Value primitive(const Value &value, const Type &to);
    Value::List elements(const Value &value, const Type &to);
    Value collection(const Value &value, const Type &to);
    Value map(const Value &value, const Type &to);
    Value object(const Value &value, const Type &to);
    Value object_of_map(const Value &value, const Type &to);
    Value tuple(const Value &value, const Type &to);
    Value part(const Value &value, const Type &to, PathStep step);
    [[noreturn]] void fail(const std::string &message) { throw ConversionError(message, path_); }

    bool safe_;
    Path path_;
};

// Replaces dynamic parts of `to` by those of `from`: the type of a null or unknown value after its
// conversion.
Type filled(const Type &from, const Type &to);

Type common_or_dynamic(const std::vector<Type> &types) {
    return unify_unsafe(types).value_or(Type::dynamic());
}

Type element_of(const Type &type) {
    if (type.is_tuple())
        return common_or_dynamic(type.elements());
    if (type.is_object())
        return common_or_dynamic(attribute_types(type));
    return type.is_collection() ? type.element() : Type::dynamic();
}

Type filled_object(const Type &from, const Type &to) {
    Type::Attributes attributes;
    for (const auto &[name, type] : to.attributes()) {
        const auto found = from.attributes().find(name);
        attributes.emplace(name, from.is_map()                      ? filled(from.element(), type)
                                 : found == from.attributes().end() ? type
                                                                    : filled(found->second, type));
    }
    return Type::object(std::move(attributes));
}

Type filled(const Type &from, const Type &to) {
    if (from.is_dynamic() || !to.has_dynamic())
        return to;
    switch (to.kind()) {
    case Type::Kind::dynamic:
        return from;
    case Type::Kind::list:
        return Type::list(filled(element_of(from), to.element()));
    case Type::Kind::set:
        return Type::set(filled(element_of(from), to.element()));
    case Type::Kind::map:
        return Type::map(filled(element_of(from), to.element()));
    case Type::Kind::object:
        return filled_object(from, to);
    case Type::Kind::tuple: {
        std::vector<Type> elements = to.elements();
        for (std::size_t i = 0; i < elements.size() && i < from.elements().size(); ++i)
            elements[i] = filled(from.elements()[i], elements[i]);
        return Type::tuple(std::move(elements));
    }
    default:
        return to;
    }
}

Value Converter::convert(const Value &value, const Type &to) {
    if (to.is_dynamic() || value.type() == to)
        return value;
    if (!value.is_known())
        return Value::unknown(filled(value.type(), to.without_optional()));
    if (value.is_null())
        return Value::null(filled(value.type(), to.without_optional()));
    return known(value, to);
}

Value Converter::known(const Value &value, const Type &to) {
    const Type &from = value.type();
    if (from == to)
        return value;
    if (!can_convert(from, to, safe_))
        fail(mismatch_message(from, to));
    if (to.is_primitive())
        return primitive(value, to);
    if (to.is_list() || to.is_set())
        return collection(value, to);
    if (to.is_map())
        return map(value, to);
    if (to.is_tuple())
        return tuple(value, to);
    return from.is_map() ? object_of_map(value, to) : object(value, to);
}

Value Converter::primitive(const Value &value, const Type &to) {
    if (to.is_string())
        return Value::string(value.type().is_number() ? value.as_number().text()
                             : value.as_boolean()     ? "true"
                                                      : "false");
    const std::string &text = value.as_string();
    if (to.is_number()) {
        const std::optional<Number> number = Number::parse(text);
        if (!number)
            fail("a number is required");
        return Value::number(*number);
    }
    if (text == "true" || text == "1" || text == "false" || text == "0")
        return Value::boolean(text == "true" || text == "1");
    const std::string small = lower(text);
    if (small == "true" || small == "false")
        fail(
            fmt::format("a bool is required; to convert from string, use lowercase \"{}\"", small));
    fail("a bool is required");
}

Value Converter::part(const Value &value, const Type &to, PathStep step) {
    path_.push_back(std::move(step));
    Value result = convert(value, to);
    path_.pop_back();
    return result;
}

Value::List Converter::elements(const Value &value, const Type &to) {
    Value::List result;
    result.reserve(value.length());
    std::size_t index = 0;
    for (const Value &element : value.as_list())
        result.push_back(part(element, to, {.key = Value::number(index++)}));
    return result;
}

std::vector<Type> types_of(const Value::List &values) {
    std::vector<Type> types;
    types.reserve(values.size());
    for (const Value &value : values)
        types.push_back(value.type());
    return types;
}

Value Converter::collection(const Value &value, const Type &to) {
    Type element = to.element();
    if (element.is_dynamic())
        element = element_of(value.type());
    Value::List list = elements(value, element);
    // Dynamic parts may have become different types.
    const std::optional<Type> common =
        list.empty() ? element.without_optional() : unify_unsafe(types_of(list));
    if (!common)
        fail(fmt::format("element types must all match for conversion to {}",
                         to.is_list() ? "list" : "set"));
    for (Value &entry : list)
        entry = convert(entry, *common);
    return to.is_list() ? Value::list(std::move(list), *common)
                        : Value::set(std::move(list), *common);
}

Value Converter::map(const Value &value, const Type &to) {
    Type element = to.element();
    if (element.is_dynamic())
        element = element_of(value.type());
    Value::Map result;
    std::vector<Type> types;
    for (const auto &[key, entry] : value.as_map()) {
        Value converted = part(entry, element, {.key = Value::string(key)});
        types.push_back(converted.type());
        result.emplace_hint(result.end(), key, std::move(converted));
    }
    const std::optional<Type> common =
        result.empty() ? element.without_optional() : unify_unsafe(types);
    if (!common)
        fail("cannot find a common base type for all elements");
    for (auto &[key, entry] : result)
        entry = convert(entry, *common);
    return Value::map(std::move(result), *common);
}

Value Converter::object(const Value &value, const Type &to) {
    Value::Map result;
    for (const auto &[name, type] : to.attributes()) {
        const Value *attribute = value.find(name);
        result.emplace_hint(
            result.end(), name,
            attribute == nullptr
                ? Value::null(type.without_optional())
                : part(*attribute, type, {.attribute = true, .key = Value::string(name)}));
    }
    return Value::object(std::move(result));
}

Value Converter::object_of_map(const Value &value, const Type &to) {
    Value::Map result;
    for (const auto &[name, type] : to.attributes()) {
        const Value *element = value.find(name);
        if (element == nullptr) {
            if (!to.optional().contains(name))
                fail(fmt::format("map has no element for required attribute \"{}\"", name));
            result.emplace(name, Value::null(type.without_optional()));
            continue;
        }
        if (!can_convert(element->type(), type))
            fail(fmt::format("map element type is incompatible with attribute \"{}\": {}", name,
                             mismatch_message(element->type(), type)));
        result.emplace(name, part(*element, type, {.key = Value::string(name)}));
    }
    return Value::object(std::move(result));
}

Value Converter::tuple(const Value &value, const Type &to) {
    Value::List result;
    for (std::size_t i = 0; i < to.elements().size(); ++i)
        result.push_back(part(value.as_list()[i], to.elements()[i], {.key = Value::number(i)}));
    return Value::tuple(std::move(result));
}

} // namespace

bool can_convert(const Type &from, const Type &to, bool safe) {
    if (to.is_dynamic() || from == to)
        return true;
    if (from.is_dynamic())
        return !safe; // depends on the value
    if (from.is_primitive() && to.is_primitive())
        return to.is_string() || (from.is_string() && !safe);
    if (from.is_object() && to.is_object())
        return object_converts(from, to, safe);
    if (from.is_tuple() && to.is_tuple())
        return tuple_converts(from, to, safe);
    if (to.is_list() && (from.is_list() || from.is_set()))
        return can_convert(from.element(), to.element(), safe);
    if (to.is_set() && (from.is_list() || from.is_set()))
        return !(from.is_list() && safe) && can_convert(from.element(), to.element(), safe);
    if (to.is_map() && from.is_map())
        return can_convert(from.element(), to.element(), safe);
    if ((to.is_list() || to.is_set()) && from.is_tuple())
        return parts_convert(from.elements(), to.element(), safe, true);
    if (to.is_map() && from.is_object())
        return parts_convert(attribute_types(from), to.element(), safe, false);
    return to.is_object() && from.is_map() && !safe && map_becomes_object(from, to);
}

Value convert(const Value &value, const Type &wanted) {
    if (value.type() == wanted.without_optional())
        return value;
    if (!can_convert(value.type(), wanted))
        throw ConversionError(mismatch_message(value.type(), wanted));
    return Converter(false).convert(value, wanted);
}

} // namespace berth::hcl
