// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/value.hpp"

#include "berth/util/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <utf8proc.h>

namespace berth::hcl {
namespace {

// Nulls and unknowns of the dynamic type take the element type of their collection.
Value adopted(const Value &value, const Type &type) {
    if (!value.type().is_dynamic())
        return value;
    return value.is_known() ? Value::null(type) : Value::unknown(type);
}

Type common_type(const Type &given, const Type &found) {
    if (given.is_dynamic() || found.is_dynamic())
        return given.is_dynamic() ? found : given;
    if (given != found)
        throw Error("a collection cannot hold both " + given.friendly_name() + " and " +
                    found.friendly_name());
    return given;
}

// The common type of all elements. Elements of the dynamic type receive it.
Type unite(Value::List &elements, Type type) {
    for (const Value &element : elements)
        type = common_type(type, element.type());
    for (Value &element : elements)
        element = adopted(element, type);
    return type;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// Normalizes the keys to NFC, like strings.
Value::Map with_normal_keys(Value::Map map) {
    if (std::all_of(map.begin(), map.end(),
                    [](const auto &entry) { return is_ascii(entry.first); }))
        return map;
    Value::Map normal;
    for (auto &[key, value] : map)
        normal.insert_or_assign(normalized(key), std::move(value));
    return normal;
}

[[noreturn]] void wrong_access(const Value &value, const char *wanted) {
    const std::string what = !value.is_known() ? "an unknown value"
                             : value.is_null() ? "a null value"
                                               : value.type().friendly_name();
    throw Error(std::string(wanted) + " is required, not " + what);
}

} // namespace

std::string normalized(std::string_view text) {
    if (is_ascii(text))
        return std::string(text);
    utf8proc_uint8_t *result = nullptr;
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t *>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &result,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (length < 0)
        return std::string(text);
    std::string normal(reinterpret_cast<const char *>(result), static_cast<std::size_t>(length));
    std::free(result); // NOLINT: utf8proc's own malloc
    return normal;
}

Value Value::null(const Type &type) {
    return {type, Null{}};
}
Value Value::unknown(const Type &type) {
    return {type, Unknown{}};
}

Value Value::string(std::string_view text) {
    return {Type::string(), std::make_shared<const std::string>(normalized(text))};
}

Value Value::number(const Number &number) {
    return {Type::number(), number};
}
Value Value::boolean(bool value) {
    return {Type::boolean(), value};
}

Value Value::list(List elements, const Type &element) {
    const Type type = unite(elements, element);
    return {Type::list(type), std::make_shared<const List>(std::move(elements))};
}

Value Value::set(List elements, const Type &element) {
    const Type type = unite(elements, element);
    std::stable_sort(elements.begin(), elements.end(), set_less);
    const auto equal = [](const Value &a, const Value &b) {
        const Value same = a.equals(b);
        return same.is_known() && same.as_boolean();
    };
    elements.erase(std::unique(elements.begin(), elements.end(), equal), elements.end());
    return {Type::set(type), std::make_shared<const List>(std::move(elements))};
}

Value Value::map(Map elements, const Type &element) {
    elements = with_normal_keys(std::move(elements));
    Type type = element;
    for (const auto &[key, value] : elements)
        type = common_type(type, value.type());
    for (auto &[key, value] : elements)
        value = adopted(value, type);
    return {Type::map(type), std::make_shared<const Map>(std::move(elements))};
}

Value Value::tuple(List elements) {
    std::vector<Type> types;
    types.reserve(elements.size());
    for (const Value &element : elements)
        types.push_back(element.type());
    return {Type::tuple(std::move(types)), std::make_shared<const List>(std::move(elements))};
}

Value Value::object(Map attributes) {
    attributes = with_normal_keys(std::move(attributes));
    Type::Attributes types;
    for (const auto &[name, value] : attributes)
        types.emplace_hint(types.end(), name, value.type());
    return {Type::object(std::move(types)), std::make_shared<const Map>(std::move(attributes))};
}

Value Value::capsule(const Type &type, std::shared_ptr<const void> content) {
    return {type, std::move(content)};
}

bool Value::is_wholly_known() const {
    if (!is_known())
        return false;
    if (const auto *list = std::get_if<std::shared_ptr<const List>>(&content_))
        return std::all_of((*list)->begin(), (*list)->end(),
                           [](const Value &value) { return value.is_wholly_known(); });
    if (const auto *map = std::get_if<std::shared_ptr<const Map>>(&content_))
        return std::all_of((*map)->begin(), (*map)->end(),
                           [](const auto &entry) { return entry.second.is_wholly_known(); });
    return true;
}

const std::string &Value::as_string() const {
    if (const auto *text = std::get_if<std::shared_ptr<const std::string>>(&content_))
        return **text;
    wrong_access(*this, "a string");
}

const Number &Value::as_number() const {
    if (const auto *number = std::get_if<Number>(&content_))
        return *number;
    wrong_access(*this, "a number");
}

bool Value::as_boolean() const {
    if (const auto *boolean = std::get_if<bool>(&content_))
        return *boolean;
    wrong_access(*this, "a bool");
}

const Value::List &Value::as_list() const {
    if (const auto *list = std::get_if<std::shared_ptr<const List>>(&content_))
        return **list;
    wrong_access(*this, "a list");
}

const Value::Map &Value::as_map() const {
    if (const auto *map = std::get_if<std::shared_ptr<const Map>>(&content_))
        return **map;
    wrong_access(*this, "a map or an object");
}

const void *Value::capsule_content() const {
    if (const auto *content = std::get_if<std::shared_ptr<const void>>(&content_))
        return content->get();
    wrong_access(*this, "a capsule");
}

std::size_t Value::length() const {
    return std::holds_alternative<std::shared_ptr<const Map>>(content_) ? as_map().size()
                                                                        : as_list().size();
}

std::vector<std::pair<Value, Value>> Value::pairs() const {
    std::vector<std::pair<Value, Value>> result;
    result.reserve(length());
    if (std::holds_alternative<std::shared_ptr<const Map>>(content_)) {
        for (const auto &[key, value] : as_map())
            result.emplace_back(string(key), value);
        return result;
    }
    for (const Value &element : as_list()) // a set's elements are their own keys
        result.emplace_back(type_.is_set() ? element : number(result.size()), element);
    return result;
}

bool Value::can_iterate() const {
    return std::holds_alternative<std::shared_ptr<const Map>>(content_) ||
           std::holds_alternative<std::shared_ptr<const List>>(content_);
}

const Value *Value::find(const std::string &name) const {
    const Map &map = as_map();
    const auto found = map.find(is_ascii(name) ? name : normalized(name));
    return found == map.end() ? nullptr : &found->second;
}

} // namespace berth::hcl
