// SPDX-License-Identifier: Apache-2.0
#include "hcl_entries.hpp"

#include "berth/hcl/convert.hpp"
#include "berth/hcl/json_value.hpp"
#include "berth/util/error.hpp"

#include <fmt/format.h>

namespace berth::bake {

namespace {

using hcl::Type;
using hcl::Value;

Type map_type() {
    return Type::map(Type::string());
}

Type secret_type() {
    return Type::object({{"id", Type::string()}, {"src", Type::string()}, {"env", Type::string()}},
                        {"id", "src", "env"});
}

Type ssh_type() {
    return Type::object({{"id", Type::string()}, {"paths", Type::list(Type::string())}},
                        {"id", "paths"});
}

Type resources_type() {
    Type::Attributes attributes;
    std::set<std::string> names;
    for (const auto *name : {"memory", "memory-swap", "cpuset-cpus", "cpuset-mems"})
        attributes[name] = Type::string();
    for (const auto *name : {"cpu-shares", "cpu-period", "cpu-quota"})
        attributes[name] = Type::number();
    for (const auto &[name, type] : attributes)
        names.insert(name);
    return Type::object(attributes, names);
}

bool is_text(const Value &value) {
    return value.type().is_string() && value.is_known() && !value.is_null();
}

bool is_given(const Value &value) {
    return value.is_known() && !value.is_null();
}

// The elements without unknown and empty ones.
template<class Entry, class Read>
std::optional<std::vector<Entry>> read_list(const Value &value, const Type &element, Read read) {
    if (value.is_null())
        return {};
    if (!value.type().is_tuple() && !value.type().is_list())
        throw Error(hcl::mismatch_message(value.type(), Type::list(element)));
    if (!value.is_known())
        throw Error("value must be known");
    std::vector<Entry> entries;
    for (const auto &one : value.as_list())
        if (is_given(one) && !(is_text(one) && one.as_string().empty()))
            read(entries, one);
    return entries;
}

Fields fields_of(const Value &value) {
    Fields fields;
    auto map = hcl::convert(value, map_type());
    for (const auto &[key, element] : map.as_map())
        if (is_given(element))
            fields[key] = element.as_string();
    return fields;
}

std::string text_at(const Value &object, const char *name) {
    const auto *found = object.find(name);
    return found != nullptr && is_given(*found) ? found->as_string() : std::string();
}

std::string policy_field(const std::string &key, const Value &value) {
    if (!value.type().is_primitive())
        throw Error(hcl::mismatch_message(value.type(), Type::string()));
    return key + "=" + hcl::convert(value, Type::string()).as_string();
}

Policy policy_of(const Value &value) {
    if (is_text(value))
        return read_policy(value.as_string());
    if (!value.type().is_object() && !value.type().is_map())
        throw Error(hcl::mismatch_message(value.type(), map_type()));
    std::vector<std::string> fields;
    for (const auto &[key, element] : value.as_map())
        if (is_given(element) && !(is_text(element) && element.as_string().empty()))
            fields.push_back(policy_field(key, element));
    return policy_of_fields(fields);
}

Value map_value(Fields fields) {
    Value::Map map;
    for (const auto &[key, text] : fields)
        map[key] = Value::string(text);
    return Value::map(std::move(map), Type::string());
}

template<class Entry, class Make>
Value make_list(const std::optional<std::vector<Entry>> &entries, const Type &element, Make make) {
    Value::List list;
    if (entries)
        for (const auto &entry : *entries)
            list.push_back(make(entry));
    return Value::list(std::move(list), element.without_optional());
}

} // namespace

std::optional<std::vector<CacheEntry>> read_cache_list(const Value &value) {
    return read_list<CacheEntry>(value, map_type(), [](auto &entries, const Value &one) {
        if (!is_text(one)) {
            entries.push_back(cache_of_fields(fields_of(one), hcl::to_json(one)));
            return;
        }
        for (auto &entry : read_caches(one.as_string()))
            entries.push_back(std::move(entry));
    });
}

std::optional<std::vector<OutputEntry>> read_output_list(const Value &value) {
    return read_list<OutputEntry>(value, map_type(), [](auto &entries, const Value &one) {
        entries.push_back(is_text(one) ? read_output(one.as_string())
                                       : output_of_fields(fields_of(one)));
    });
}

std::optional<std::vector<Secret>> read_secret_list(const Value &value) {
    return read_list<Secret>(value, secret_type(), [](auto &entries, const Value &one) {
        if (is_text(one)) {
            entries.push_back(read_secret(one.as_string()));
            return;
        }
        auto object = hcl::convert(one, secret_type());
        entries.push_back({.id = text_at(object, "id"),
                           .source = text_at(object, "src"),
                           .variable = text_at(object, "env")});
    });
}

std::optional<std::vector<Ssh>> read_ssh_list(const Value &value) {
    return read_list<Ssh>(value, ssh_type(), [](auto &entries, const Value &one) {
        if (is_text(one)) {
            entries.push_back(read_ssh(one.as_string()));
            return;
        }
        auto object = hcl::convert(one, ssh_type());
        Ssh entry{.id = text_at(object, "id")};
        if (const auto *paths = object.find("paths"); paths != nullptr && is_given(*paths))
            for (const auto &path : paths->as_list())
                entry.paths.push_back(path.as_string());
        entries.push_back(std::move(entry));
    });
}

std::optional<std::vector<Attestation>> read_attestation_list(const Value &value) {
    return read_list<Attestation>(value, map_type(), [](auto &entries, const Value &one) {
        entries.push_back(is_text(one) ? read_attestation(one.as_string())
                                       : attestation_of_fields(fields_of(one)));
    });
}

std::optional<std::vector<Policy>> read_policy_list(const Value &value) {
    return read_list<Policy>(value, map_type(), [](auto &entries, const Value &one) {
        entries.push_back(policy_of(one));
    });
}

std::optional<Resources> read_resources(const Value &value) {
    if (value.is_null())
        return {};
    auto object = hcl::convert(value, resources_type());
    Resources resources;
    for (const auto &[name, element] : object.as_map())
        if (is_given(element))
            set_resource(resources, name, hcl::convert(element, Type::string()).as_string());
    return resources;
}

Value list_value(const std::optional<std::vector<CacheEntry>> &entries) {
    return make_list(entries, map_type(), [](const CacheEntry &entry) {
        auto fields = entry.attributes;
        fields["type"] = entry.type;
        return map_value(fields);
    });
}

Value list_value(const std::optional<std::vector<OutputEntry>> &entries) {
    return make_list(entries, map_type(), [](const OutputEntry &entry) {
        auto fields = entry.attributes;
        fields["type"] = entry.type;
        fields["dest"] = entry.destination;
        return map_value(fields);
    });
}

Value list_value(const std::optional<std::vector<Secret>> &entries) {
    return make_list(entries, secret_type(), [](const Secret &entry) {
        return Value::object({{"id", Value::string(entry.id)},
                              {"src", Value::string(entry.source)},
                              {"env", Value::string(entry.variable)}});
    });
}

Value list_value(const std::optional<std::vector<Ssh>> &entries) {
    return make_list(entries, ssh_type(), [](const Ssh &entry) {
        Value::List paths;
        for (const auto &path : entry.paths)
            paths.push_back(Value::string(path));
        return Value::object({{"id", Value::string(entry.id)},
                              {"paths", Value::list(std::move(paths), Type::string())}});
    });
}

Value list_value(const std::optional<std::vector<Attestation>> &entries) {
    return make_list(entries, map_type(), [](const Attestation &entry) {
        auto fields = entry.attributes;
        fields["type"] = entry.type;
        if (entry.disabled)
            fields["disabled"] = "true";
        return map_value(fields);
    });
}

Value list_value(const std::optional<std::vector<Policy>> &entries) {
    return make_list(entries, map_type(), [](const Policy &entry) {
        Fields fields;
        if (!entry.files.empty())
            fields["filename"] = entry.files.front();
        if (entry.reset)
            fields["reset"] = "true";
        if (entry.disabled)
            fields["disabled"] = "true";
        if (entry.strict)
            fields["strict"] = *entry.strict ? "true" : "false";
        if (entry.log_level)
            fields["log-level"] = *entry.log_level;
        return map_value(fields);
    });
}

Value resources_value(const std::optional<Resources> &resources) {
    auto type = resources_type().without_optional();
    if (!resources)
        return Value::null(type);
    Value::Map map;
    auto add = [&map](const char *name, const auto &value, auto make, const Type &of) {
        map[name] = value ? make(*value) : Value::null(of);
    };
    auto text = [](const std::string &value) { return Value::string(value); };
    auto number = [](std::int64_t value) { return Value::number(value); };
    add("memory", resources->memory, text, Type::string());
    add("memory-swap", resources->memory_swap, text, Type::string());
    add("cpu-shares", resources->cpu_shares, number, Type::number());
    add("cpu-period", resources->cpu_period, number, Type::number());
    add("cpu-quota", resources->cpu_quota, number, Type::number());
    add("cpuset-cpus", resources->cpuset_cpus, text, Type::string());
    add("cpuset-mems", resources->cpuset_mems, text, Type::string());
    return Value::object(std::move(map));
}

} // namespace berth::bake
