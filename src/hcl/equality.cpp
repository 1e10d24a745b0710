// SPDX-License-Identifier: Apache-2.0
// Equality of values, and the order of a set's elements.
#include "berth/hcl/convert.hpp"
#include "berth/hcl/value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hcl {
namespace {

Value all_equal(const Value::List &left, const Value::List &right) {
    if (left.size() != right.size())
        return Value::boolean(false);
    for (std::size_t i = 0; i < left.size(); ++i) {
        Value equal = left[i].equals(right[i]);
        if (!equal.is_known() || !equal.as_boolean())
            return equal;
    }
    return Value::boolean(true);
}

Value all_equal(const Value::Map &left, const Value::Map &right) {
    if (left.size() != right.size())
        return Value::boolean(false);
    for (const auto &[key, value] : left) {
        const auto other = right.find(key);
        if (other == right.end())
            return Value::boolean(false);
        Value equal = value.equals(other->second);
        if (!equal.is_known() || !equal.as_boolean())
            return equal;
    }
    return Value::boolean(true);
}

// At least one of them is unknown.
Value equality_of_unknown(const Value &left, const Value &right) {
    if (!left.is_known() && !right.is_known())
        return Value::unknown(Type::boolean());
    const Value &known = left.is_known() ? left : right;
    const Value &unknown = left.is_known() ? right : left;
    if (known.is_null() || unknown.type().has_dynamic() || known.type() == unknown.type())
        return Value::unknown(Type::boolean());
    return Value::boolean(false);
}

// Whether any part has an unknown type, so that its equality is unknown too.
bool has_open_type(const Value &value) {
    if (value.is_null())
        return false;
    if (!value.is_known())
        return value.type().is_dynamic();
    if (!value.can_iterate())
        return false;
    const auto pairs = value.pairs();
    return std::any_of(pairs.begin(), pairs.end(),
                       [](const auto &entry) { return has_open_type(entry.second); });
}

std::string quoted(const std::string &text) {
    std::string result = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\')
            result += '\\';
        result += character;
    }
    return result + '"';
}

// The bytes by which go-cty sorts values without a natural order.
void append_key(std::string &key, const Value &value) {
    if (!value.is_known() || value.is_null()) {
        key += value.is_known() ? '~' : '?';
        return;
    }
    switch (value.type().kind()) {
    case Type::Kind::number:
        key += value.as_number().text('g', 10);
        return;
    case Type::Kind::boolean:
        key += value.as_boolean() ? 'T' : 'F';
        return;
    case Type::Kind::string:
        key += quoted(value.as_string());
        return;
    default:
        break;
    }
    if (!value.can_iterate())
        return;
    const bool structure = value.type().is_tuple() || value.type().is_object();
    const bool map = value.type().is_map();
    key += structure ? '<' : map ? '{' : '[';
    for (const auto &[index, element] : value.pairs()) {
        if (map) {
            append_key(key, index);
            key += ':';
        }
        append_key(key, element);
        key += ';';
    }
    key += structure ? '>' : map ? '}' : ']';
}

} // namespace

Value Value::equals(const Value &other) const {
    if (!is_known() || !other.is_known())
        return equality_of_unknown(*this, other);
    if (is_null() || other.is_null())
        return boolean(is_null() && other.is_null());
    if (has_open_type(*this) || has_open_type(other)) {
        if (!conformance_error(type_, other.type_).empty() &&
            !conformance_error(other.type_, type_).empty())
            return boolean(false);
        return unknown(Type::boolean());
    }
    if (type_ != other.type_)
        return boolean(false);
    switch (type_.kind()) {
    case Type::Kind::number:
        return boolean(as_number() == other.as_number());
    case Type::Kind::boolean:
        return boolean(as_boolean() == other.as_boolean());
    case Type::Kind::string:
        return boolean(as_string() == other.as_string());
    case Type::Kind::map:
    case Type::Kind::object:
        return all_equal(as_map(), other.as_map());
    case Type::Kind::capsule:
        return boolean(capsule_content() == other.capsule_content());
    default:
        return all_equal(as_list(), other.as_list());
    }
}

bool Value::same_as(const Value &other) const {
    if (type_ != other.type_ || is_known() != other.is_known() || is_null() != other.is_null())
        return false;
    if (!is_known() || is_null())
        return true;
    if (std::holds_alternative<std::shared_ptr<const List>>(content_))
        return std::equal(as_list().begin(), as_list().end(), other.as_list().begin(),
                          other.as_list().end(),
                          [](const Value &a, const Value &b) { return a.same_as(b); });
    if (std::holds_alternative<std::shared_ptr<const Map>>(content_))
        return std::equal(as_map().begin(), as_map().end(), other.as_map().begin(),
                          other.as_map().end(), [](const auto &a, const auto &b) {
                              return a.first == b.first && a.second.same_as(b.second);
                          });
    return equals(other).as_boolean();
}

bool Value::set_less(const Value &left, const Value &right) {
    if (left.is_null() || right.is_null())
        return !left.is_null() && right.is_null();
    if (!left.is_known() || !right.is_known()) // after all others but null
        return left.is_known() && !right.is_known();
    switch (left.type().kind()) {
    case Type::Kind::string:
        return left.as_string() < right.as_string();
    case Type::Kind::boolean:
        return !left.as_boolean() && right.as_boolean();
    case Type::Kind::number:
        return left.as_number() < right.as_number();
    default:
        break;
    }
    std::string left_key;
    std::string right_key;
    append_key(left_key, left);
    append_key(right_key, right);
    return left_key < right_key;
}

} // namespace berth::hcl
