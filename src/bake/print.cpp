// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/print.hpp"

#include "berth/util/strings.hpp"

#include <algorithm>

namespace berth::bake {

namespace {

using Json = nlohmann::ordered_json;

std::string escaped(const std::string &text) {
    return replace_all(replace_all(text, "${", "$${"), "%{", "%%{");
}

Json escaped_values(const OptionalStrings &values) {
    Json json = Json::object();
    for (const auto &[key, value] : values)
        json[key] = value ? Json(escaped(*value)) : Json();
    return json;
}

// Omits empty values, like Go's encoder.
template<class T>
void add_list(Json &json, const char *name, const std::optional<std::vector<T>> &values) {
    if (!values || values->empty())
        return;
    auto &list = json[name] = Json::array();
    for (const auto &value : *values)
        list.push_back(value);
}

template<class T>
void add_value(Json &json, const char *name, const std::optional<T> &value) {
    if (value)
        json[name] = *value;
}

void add_given(Json &json, const char *name, const std::string &value) {
    if (!value.empty())
        json[name] = value;
}

// Keys in order, whichever is an attribute.
Json sorted(std::map<std::string, Json> fields) {
    Json json = Json::object();
    for (auto &[key, value] : fields)
        json[key] = std::move(value);
    return json;
}

std::map<std::string, Json> fields_of(const Fields &attributes) {
    return {attributes.begin(), attributes.end()};
}

Json resources_json(const Resources &resources) {
    Json json = Json::object();
    add_value(json, "memory", resources.memory);
    add_value(json, "memory-swap", resources.memory_swap);
    add_value(json, "cpu-shares", resources.cpu_shares);
    add_value(json, "cpu-period", resources.cpu_period);
    add_value(json, "cpu-quota", resources.cpu_quota);
    add_value(json, "cpuset-cpus", resources.cpuset_cpus);
    add_value(json, "cpuset-mems", resources.cpuset_mems);
    return json;
}

} // namespace

// Found by nlohmann::json through the namespace of the types.
void to_json(Json &json, const Attestation &entry) {
    auto fields = fields_of(entry.attributes);
    fields["type"] = entry.type;
    if (entry.disabled)
        fields["disabled"] = true;
    json = sorted(std::move(fields));
}

void to_json(Json &json, const CacheEntry &entry) {
    auto fields = fields_of(entry.attributes);
    fields["type"] = entry.type;
    json = sorted(std::move(fields));
}

void to_json(Json &json, const OutputEntry &entry) {
    auto fields = fields_of(entry.attributes);
    fields["type"] = entry.type;
    if (!entry.destination.empty())
        fields["dest"] = entry.destination;
    json = sorted(std::move(fields));
}

void to_json(Json &json, const Secret &entry) {
    json = Json::object();
    add_given(json, "id", entry.id);
    add_given(json, "src", entry.source);
    add_given(json, "env", entry.variable);
}

void to_json(Json &json, const Ssh &entry) {
    json = Json::object();
    add_given(json, "id", entry.id);
    if (!entry.paths.empty())
        json["paths"] = entry.paths;
}

// JSON has the names of logrus' levels, but docker buildx's capitalized keys.
void to_json(Json &json, const Policy &entry) {
    json = Json::object();
    json["Files"] = nullptr;
    for (const auto &file : entry.files)
        json["Files"].push_back(Json{{"Filename", file}, {"Data", nullptr}});
    json["Reset"] = entry.reset;
    json["Disabled"] = entry.disabled;
    json["Strict"] = entry.strict ? Json(*entry.strict) : Json();
    json["LogLevel"] = entry.log_level ? Json(*entry.log_level) : Json();
}

Json to_json(const Target &target) {
    Json json = Json::object();
    add_given(json, "description", target.description);
    add_list(json, "inherits", target.inherits);
    if (target.annotations && !target.annotations->empty())
        for (const auto &annotation : *target.annotations)
            json["annotations"].push_back(escaped(annotation));
    add_list(json, "attest", target.attest);
    add_value(json, "context", target.context);
    if (target.contexts && !target.contexts->empty())
        for (const auto &[name, value] : *target.contexts)
            json["contexts"][name] = value;
    add_value(json, "dockerfile", target.dockerfile);
    if (target.dockerfile_inline)
        json["dockerfile-inline"] = escaped(*target.dockerfile_inline);
    if (target.args && !target.args->empty())
        json["args"] = escaped_values(*target.args);
    if (target.labels && !target.labels->empty())
        json["labels"] = escaped_values(*target.labels);
    add_list(json, "tags", target.tags);
    add_list(json, "cache-from", target.cache_from);
    add_list(json, "cache-to", target.cache_to);
    add_value(json, "target", target.target);
    add_list(json, "secret", target.secrets);
    add_list(json, "ssh", target.ssh);
    add_list(json, "platforms", target.platforms);
    add_list(json, "output", target.outputs);
    add_value(json, "pull", target.pull);
    add_value(json, "no-cache", target.no_cache);
    add_value(json, "network", target.network);
    add_list(json, "no-cache-filter", target.no_cache_filter);
    add_value(json, "shm-size", target.shm_size);
    add_list(json, "ulimits", target.ulimits);
    if (target.resources)
        json["resources"] = resources_json(*target.resources);
    add_value(json, "call", target.call);
    add_list(json, "entitlements", target.entitlements);
    if (target.extra_hosts && !target.extra_hosts->empty())
        json["extra-hosts"] = escaped_values(*target.extra_hosts);
    add_list(json, "policy", target.policies);
    return json;
}

Json to_json(const Group &group) {
    Json json = Json::object();
    add_given(json, "description", group.description);
    json["targets"] = group.targets ? Json(*group.targets) : Json();
    return json;
}

Json to_json(const Selection &selection) {
    Json json = Json::object();
    for (const auto &[name, group] : selection.groups)
        json["group"][name] = to_json(group);
    json["target"] = Json::object();
    for (const auto &[name, target] : selection.targets)
        json["target"][name] = to_json(target);
    return json;
}

std::string json_text(const Json &json) {
    auto text = json.dump(2, ' ', false, Json::error_handler_t::replace);
    // Go's encoder escapes these, which occur only in strings.
    for (auto [plain, code] : {std::pair{"<", "\\u003c"},
                               {">", "\\u003e"},
                               {"&", "\\u0026"},
                               {"\xe2\x80\xa8", "\\u2028"},
                               {"\xe2\x80\xa9", "\\u2029"}})
        if (text.find(plain) != std::string::npos)
            text = replace_all(std::move(text), plain, code);
    return text;
}

std::vector<ListedTarget> list_targets(const Config &config) {
    std::vector<ListedTarget> list;
    for (const auto &target : config.targets)
        list.push_back({.name = target.name, .description = target.description});
    for (const auto &group : config.groups) {
        auto members = group.targets.value_or(Strings());
        std::sort(members.begin(), members.end());
        auto description = group.description;
        if (!members.empty())
            description = description.empty() ? join(members, ", ")
                                              : description + " (" + join(members, ", ") + ")";
        list.push_back({.name = group.name, .description = description, .group = true});
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const auto &left, const auto &right) { return left.name < right.name; });
    std::erase_if(list, [](const ListedTarget &entry) { return entry.name.starts_with('_'); });
    return list;
}

Json to_json(const std::vector<ListedTarget> &list) {
    if (list.empty())
        return nullptr;
    Json json = Json::array();
    for (const auto &entry : list) {
        Json line{{"name", entry.name}};
        add_given(line, "description", entry.description);
        if (entry.group)
            line["group"] = true;
        json.push_back(std::move(line));
    }
    return json;
}

Json to_json(const std::vector<Variable> &variables) {
    Json json = Json::array();
    for (const auto &variable : variables) {
        Json line{{"name", variable.name}};
        add_given(line, "description", variable.description);
        add_given(line, "type", variable.type);
        add_value(line, "value", variable.value);
        json.push_back(std::move(line));
    }
    return json;
}

} // namespace berth::bake
