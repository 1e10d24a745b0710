// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/convert.hpp"

#include "make.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

bool is_mapping(const Type &type) {
    return type.is_map() || type.is_object();
}

Type keys_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (!is_mapping(type))
        throw FunctionError(0, "must have map or object type");
    if (type.is_map())
        return Type::list(Type::string());
    return Type::tuple(std::vector<Type>(type.attributes().size(), Type::string()));
}

Value keys(Arguments arguments, const Type &result) {
    Value::List names;
    if (result.is_tuple()) {
        for (const auto &[name, type] : arguments[0].type().attributes())
            names.push_back(Value::string(name));
        return Value::tuple(std::move(names));
    }
    if (!arguments[0].is_known())
        return Value::unknown(result);
    for (const auto &[name, value] : arguments[0].as_map())
        names.push_back(Value::string(name));
    return list_of(std::move(names), Type::string());
}

Type values_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (!is_mapping(type))
        throw FunctionError("values() requires a map as the first argument");
    if (type.is_map())
        return Type::list(type.element());
    std::vector<Type> types;
    for (const auto &[name, attribute] : type.attributes())
        types.push_back(attribute);
    return Type::tuple(std::move(types));
}

Value values(Arguments arguments, const Type &result) {
    Value::List all;
    for (const auto &[name, value] : arguments[0].as_map())
        all.push_back(value);
    if (result.is_tuple())
        return Value::tuple(std::move(all));
    return list_of(std::move(all), result.element());
}

Type attribute_type(Arguments arguments) {
    if (!arguments[1].is_known())
        return Type::dynamic();
    const auto &attributes = arguments[0].type().attributes();
    auto found = attributes.find(arguments[1].as_string());
    return found == attributes.end() ? arguments[2].type() : found->second;
}

Type lookup_type(Arguments arguments) {
    const auto &type = arguments[0].type();
    if (type.is_object())
        return attribute_type(arguments);
    if (!type.is_map())
        throw FunctionError(0, "lookup() requires a map as the first argument");
    try {
        hcl::convert(arguments[2], type.element());
    } catch (const hcl::ConversionError &) {
        throw FunctionError(2, "the default value must have the same type as the map elements");
    }
    return type.element();
}

Value lookup(Arguments arguments, const Type &result) {
    if (!arguments[0].is_wholly_known())
        return Value::unknown(result);
    if (const auto *found = arguments[0].find(arguments[1].as_string()))
        return *found;
    return hcl::convert(arguments[2], result);
}

void add_attribute_types(Type::Attributes &types, const Value &value) {
    if (value.is_null())
        return;
    if (value.type().is_object()) {
        for (const auto &[name, type] : value.type().attributes())
            types[name] = type;
        return;
    }
    for (const auto &[name, element] : value.as_map())
        types[name] = value.type().element();
}

Type merged_type(Arguments arguments) {
    if (arguments.empty())
        return Type::object({});
    for (const auto &argument : arguments) {
        const auto &type = argument.type();
        if (type.is_dynamic())
            return Type::dynamic();
        if (!is_mapping(type))
            throw FunctionError(fmt::format("arguments must be maps or objects, got {}",
                                            quoted(type.friendly_name())));
    }
    bool same = true;
    bool known = true;
    for (const auto &argument : arguments) {
        same = same && argument.type() == arguments[0].type();
        known = known && (argument.is_known() || argument.type().is_object());
    }
    if (same || !known)
        return same ? arguments[0].type() : Type::dynamic();
    Type::Attributes types;
    for (const auto &argument : arguments)
        add_attribute_types(types, argument);
    return Type::object(std::move(types));
}

Value merge(Arguments arguments, const Type &result) {
    Value::Map merged;
    for (const auto &argument : arguments) {
        if (argument.is_null())
            continue;
        if (!is_mapping(argument.type()))
            throw FunctionError(fmt::format("arguments must be maps or objects, got {}",
                                            quoted(argument.type().friendly_name())));
        for (const auto &[name, value] : argument.as_map())
            merged.insert_or_assign(name, value);
    }
    if (result.is_map())
        return Value::map(std::move(merged), result.element());
    return Value::object(std::move(merged));
}

void check_counts(std::size_t names, std::size_t all) {
    if (names != all)
        throw FunctionError(
            fmt::format("number of keys ({}) does not match number of values ({})", names, all));
}

Type zipped_type(Arguments arguments) {
    const auto &type = arguments[1].type();
    if (type.is_list())
        return Type::map(type.element());
    if (!type.is_tuple())
        throw FunctionError("values argument must be a list or tuple value");
    if (!arguments[0].is_wholly_known())
        return Type::dynamic();
    const auto &names = arguments[0].as_list();
    check_counts(names.size(), type.elements().size());
    Type::Attributes types;
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (names[at].is_null())
            throw FunctionError(fmt::format("keys list has null value at index {}", at));
        types.insert_or_assign(names[at].as_string(), type.elements()[at]);
    }
    return Type::object(std::move(types));
}

Value zipmap(Arguments arguments, const Type &result) {
    if (!arguments[0].is_wholly_known())
        return Value::unknown(result);
    const auto &names = arguments[0].as_list();
    const auto &all = arguments[1].as_list();
    check_counts(names.size(), all.size());
    Value::Map zipped;
    for (std::size_t at = 0; at < names.size(); ++at) {
        if (names[at].is_null())
            throw FunctionError(fmt::format("keys list has null value at index {}", at));
        zipped.insert_or_assign(names[at].as_string(), all[at]);
    }
    if (result.is_map())
        return Value::map(std::move(zipped), result.element());
    return Value::object(std::move(zipped));
}

} // namespace

Functions map_functions() {
    return {
        {"keys", make({with_unknown(anything("inputMap"))}, keys_type, keys)},
        {"lookup",
         make({anything("inputMap"), text("key"), anything("default")}, lookup_type, lookup)},
        {"merge", make_variadic({}, nullable(anything("maps")), merged_type, merge)},
        {"values", make({anything("mapping")}, values_type, values)},
        {"zipmap",
         make({sequence("keys", Type::string()), anything("values")}, zipped_type, zipmap)},
    };
}

} // namespace berth::hclfunc
