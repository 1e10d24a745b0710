// SPDX-License-Identifier: Apache-2.0
#include "hcl_target.hpp"

#include "berth/hcl/convert.hpp"
#include "berth/util/error.hpp"

#include "hcl_entries.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>

namespace berth::bake {

namespace {

using hcl::Type;
using hcl::Value;

void check_known(const Value &value) {
    if (!value.is_known())
        throw Error("value must be known");
}

std::string read_text(const Value &value) {
    check_known(value);
    if (value.is_null())
        throw Error("string value is required");
    return value.as_string();
}

std::optional<std::string> read_string(const Value &given) {
    auto value = hcl::convert(given, Type::string());
    check_known(value);
    if (value.is_null())
        return {};
    return value.as_string();
}

std::optional<bool> read_flag(const Value &given) {
    auto value = hcl::convert(given, Type::boolean());
    check_known(value);
    if (value.is_null())
        return {};
    return value.as_boolean();
}

std::optional<Strings> read_strings(const Value &given) {
    auto value = hcl::convert(given, Type::list(Type::string()));
    check_known(value);
    if (value.is_null())
        return {};
    Strings strings;
    for (const auto &element : value.as_list())
        strings.push_back(read_text(element));
    return strings;
}

std::optional<OptionalStrings> read_optional_map(const Value &given) {
    auto value = hcl::convert(given, Type::map(Type::string()));
    check_known(value);
    if (value.is_null())
        return {};
    OptionalStrings map;
    for (const auto &[key, element] : value.as_map()) {
        check_known(element);
        map[key] = element.is_null() ? std::nullopt : std::optional(element.as_string());
    }
    return map;
}

std::optional<std::map<std::string, std::string>> read_plain_map(const Value &given) {
    auto values = read_optional_map(given);
    if (!values)
        return {};
    std::map<std::string, std::string> map;
    for (const auto &[key, text] : *values) {
        if (!text)
            throw Error("string value is required");
        map[key] = *text;
    }
    return map;
}

Value string_value(const std::optional<std::string> &text) {
    return text ? Value::string(*text) : Value::null(Type::string());
}

Value flag_value(const std::optional<bool> &flag) {
    return flag ? Value::boolean(*flag) : Value::null(Type::boolean());
}

Value strings_value(const std::optional<Strings> &strings) {
    if (!strings)
        return Value::null(Type::list(Type::string()));
    Value::List list;
    for (const auto &text : *strings)
        list.push_back(Value::string(text));
    return Value::list(std::move(list), Type::string());
}

template<class Map>
Value attribute_map(const std::optional<Map> &map) {
    if (!map)
        return Value::null(Type::map(Type::string()));
    Value::Map values;
    for (const auto &[key, text] : *map)
        values[key] = string_value(text);
    return Value::map(std::move(values), Type::string());
}

struct Attribute {
    std::function<void(Target &, const Value &)> set;
    std::function<Value(const Target &)> get;
};

template<class T, class Read, class Make>
Attribute attribute(std::optional<T> Target::*member, Read read, Make make) {
    return {.set = [=](Target &target, const Value &value) { target.*member = read(value); },
            .get = [=](const Target &target) { return make(target.*member); }};
}

Attribute text(std::optional<std::string> Target::*member) {
    return attribute(member, read_string, string_value);
}

Attribute flag(std::optional<bool> Target::*member) {
    return attribute(member, read_flag, flag_value);
}

Attribute strings(std::optional<Strings> Target::*member) {
    return attribute(member, read_strings, strings_value);
}

Attribute pairs(std::optional<OptionalStrings> Target::*member) {
    return attribute(member, read_optional_map, attribute_map<OptionalStrings>);
}

template<class Entry, class Read>
Attribute entries(std::optional<std::vector<Entry>> Target::*member, Read read) {
    return attribute(member, read, [](const std::optional<std::vector<Entry>> &values) {
        return list_value(values);
    });
}

Attribute description() {
    return {.set =
                [](Target &target, const Value &value) {
                    target.description = read_text(hcl::convert(value, Type::string()));
                },
            .get = [](const Target &target) { return Value::string(target.description); }};
}

const std::map<std::string, Attribute> &table() {
    static const std::map<std::string, Attribute> attributes{
        {"description", description()},
        {"inherits", strings(&Target::inherits)},
        {"annotations", strings(&Target::annotations)},
        {"attest", entries(&Target::attest, read_attestation_list)},
        {"context", text(&Target::context)},
        {"contexts", attribute(&Target::contexts, read_plain_map,
                               attribute_map<std::map<std::string, std::string>>)},
        {"dockerfile", text(&Target::dockerfile)},
        {"dockerfile-inline", text(&Target::dockerfile_inline)},
        {"args", pairs(&Target::args)},
        {"labels", pairs(&Target::labels)},
        {"tags", strings(&Target::tags)},
        {"cache-from", entries(&Target::cache_from, read_cache_list)},
        {"cache-to", entries(&Target::cache_to, read_cache_list)},
        {"target", text(&Target::target)},
        {"secret", entries(&Target::secrets, read_secret_list)},
        {"ssh", entries(&Target::ssh, read_ssh_list)},
        {"platforms", strings(&Target::platforms)},
        {"output", entries(&Target::outputs, read_output_list)},
        {"pull", flag(&Target::pull)},
        {"no-cache", flag(&Target::no_cache)},
        {"network", text(&Target::network)},
        {"no-cache-filter", strings(&Target::no_cache_filter)},
        {"shm-size", text(&Target::shm_size)},
        {"ulimits", strings(&Target::ulimits)},
        {"resources", attribute(&Target::resources, read_resources, resources_value)},
        {"call", text(&Target::call)},
        {"entitlements", strings(&Target::entitlements)},
        {"extra-hosts", pairs(&Target::extra_hosts)},
        {"policy", entries(&Target::policies, read_policy_list)}};
    return attributes;
}

} // namespace

const std::vector<std::string> &target_attributes() {
    static const auto names = [] {
        std::vector<std::string> list;
        for (const auto &[name, attribute] : table())
            list.push_back(name);
        return list;
    }();
    return names;
}

const std::vector<std::string> &group_attributes() {
    static const std::vector<std::string> names{"description", "targets"};
    return names;
}

void set_attribute(Target &target, const std::string &name, const Value &value) {
    table().at(name).set(target, value);
}

void set_attribute(Group &group, const std::string &name, const Value &value) {
    if (name == "targets")
        group.targets = read_strings(value);
    else
        group.description = read_text(hcl::convert(value, Type::string()));
}

Value to_value(const Target &target) {
    Value::Map attributes{{"name", Value::string(target.name)}};
    for (const auto &[name, attribute] : table())
        attributes[name] = attribute.get(target);
    return Value::object(std::move(attributes));
}

Value to_value(const Group &group) {
    return Value::object({{"name", Value::string(group.name)},
                          {"description", Value::string(group.description)},
                          {"targets", strings_value(group.targets)}});
}

} // namespace berth::bake
