// SPDX-License-Identifier: Apache-2.0
#include "compose_merge.hpp"

#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

namespace berth::bake {

namespace {

Yaml as_sequence(const Yaml &value) {
    if (value.is_array())
        return value;
    if (value.is_string())
        return Yaml::array({value});
    Yaml list = Yaml::array();
    if (!value.is_object())
        return list;
    for (const auto &[key, element] : value.items()) {
        if (element.is_null())
            list.push_back(key);
        else if (element.is_array())
            for (const auto &one : element)
                list.push_back(key + "=" + scalar_text(one));
        else
            list.push_back(key + "=" + scalar_text(element));
    }
    return list;
}

void add_new(Yaml &list, const Yaml &later) {
    for (const auto &element : later)
        if (std::find(list.begin(), list.end(), element) == list.end())
            list.push_back(element);
}

Yaml unique_by_key(const Yaml &list, const std::string &where) {
    Yaml kept = Yaml::array();
    std::map<std::string, std::size_t> places;
    for (const auto &entry : list) {
        if (!entry.is_string())
            throw Error(fmt::format("{}: unexpected type {}", where, go_type(entry)));
        auto text = entry.get<std::string>();
        auto [place, added] = places.emplace(text.substr(0, text.find('=')), kept.size());
        if (added)
            kept.push_back(entry);
        else
            kept[place->second] = entry;
    }
    return kept;
}

Yaml as_build(const Yaml &value) {
    if (value.is_string())
        return Yaml{{"context", value}};
    return value.is_object() ? value : Yaml::object();
}

void merge_maps(Yaml &value, const Yaml &later, const YamlPath &path) {
    auto below = path;
    below.emplace_back();
    for (const auto &[key, element] : later.items()) {
        below.back() = key;
        if (value.contains(key))
            merge_yaml(value[key], element, below);
        else
            value[key] = element;
    }
}

enum class Rule { plain, build, by_key, sequence };

Rule rule_of(const YamlPath &path) {
    static const std::map<std::string, Rule> service{
        {"build", Rule::build}, {"environment", Rule::by_key}, {"env_file", Rule::sequence}};
    static const std::map<std::string, Rule> build{{"args", Rule::by_key},
                                                   {"additional_contexts", Rule::by_key},
                                                   {"labels", Rule::by_key},
                                                   {"extra_hosts", Rule::sequence}};
    auto find = [&path](const auto &rules) {
        auto found = rules.find(path.back());
        return found == rules.end() ? Rule::plain : found->second;
    };
    // A service of `extends` also has the path `services.x`.
    if (path.size() == 3 && path[0] == "services")
        return find(service);
    if (path.size() == 4 && path[0] == "services" && path[2] == "build")
        return find(build);
    return Rule::plain;
}

using Change = std::function<void(Yaml &)>;

void change_member(Yaml &map, const char *name, const Change &change) {
    if (map.is_object())
        if (auto found = map.find(name); found != map.end())
            change(*found);
}

void change_text(Yaml &value, const std::function<std::string(std::string)> &change) {
    if (value.is_string())
        value = change(value.get<std::string>());
}

std::string expand_home(const std::string &path, const std::string &home) {
    return path.starts_with('~') ? clean_path(home + "/" + path.substr(1)) : path;
}

std::string rebase_path(const std::string &path, const std::string &base, const std::string &home) {
    auto expanded = expand_home(path, home);
    if (expanded.empty() || expanded.starts_with('/'))
        return expanded;
    return clean_path(base.empty() ? expanded : base + "/" + expanded);
}

std::string rebase_context(const std::string &path, const std::string &base,
                           const std::string &home) {
    if (path.find("://") != std::string::npos || path.starts_with("service:") ||
        path.starts_with("github.com/") || path.starts_with("git@"))
        return path;
    return rebase_path(path, base, home);
}

Yaml env_file_entry(const Yaml &value) {
    if (value.is_string())
        return Yaml{{"path", value}, {"required", true}};
    if (!value.is_object())
        throw Error(fmt::format("env_file: invalid type {}", go_type(value)));
    return value;
}

// KEY=VALUE lists as maps.
void make_map(Yaml &value, const std::string &where) {
    if (value.is_object())
        return;
    if (!value.is_array())
        throw Error(fmt::format("{}: invalid type {}", where, go_type(value)));
    Yaml map = Yaml::object();
    for (const auto &entry : value) {
        auto text = scalar_text(entry);
        auto equals = text.find('=');
        if (equals == std::string::npos)
            throw Error(
                fmt::format("{}: invalid value {}, expected key=value", where, printable(text)));
        map[text.substr(0, equals)] = text.substr(equals + 1);
    }
    value = std::move(map);
}

void make_ssh_map(Yaml &value, const std::string &where) {
    if (value.is_object())
        return;
    if (!value.is_array())
        throw Error(fmt::format("{}: invalid type {} for ssh", where, go_type(value)));
    Yaml map = Yaml::object();
    for (const auto &entry : value) {
        if (!entry.is_string())
            throw Error(fmt::format("invalid ssh key type {}", go_type(entry)));
        auto text = entry.get<std::string>();
        auto equals = text.find('=');
        if (equals == std::string::npos && text != "default")
            throw Error(fmt::format("invalid ssh key \"{}\"", printable(text)));
        map[text.substr(0, equals)] =
            equals == std::string::npos ? Yaml() : Yaml(text.substr(equals + 1));
    }
    value = std::move(map);
}

void make_build_canonical(Yaml &build, const std::string &where) {
    if (build.is_string())
        build = as_build(build);
    if (!build.is_object())
        throw Error(fmt::format("{}: invalid type {} for build", where, go_type(build)));
    change_member(build, "secrets", [&](Yaml &secrets) {
        if (!secrets.is_array())
            throw Error(fmt::format("{}.secrets must be a array", where));
        for (auto &secret : secrets) {
            if (secret.is_string())
                secret = Yaml{{"source", secret}};
            if (!secret.is_object())
                throw Error(
                    fmt::format("{}.secrets.[]: unsupported type {}", where, go_type(secret)));
        }
    });
    for (const auto *name : {"provenance", "sbom"})
        change_member(build, name, [](Yaml &value) {
            if (!value.is_structured())
                value = scalar_text(value);
        });
    change_member(build, "additional_contexts",
                  [&](Yaml &value) { make_map(value, where + ".additional_contexts"); });
    change_member(build, "ssh", [&](Yaml &value) { make_ssh_map(value, where + ".ssh"); });
}

} // namespace

void merge_yaml(Yaml &value, const Yaml &later, const YamlPath &path) {
    switch (rule_of(path)) {
    case Rule::build:
        value = as_build(value);
        merge_maps(value, as_build(later), path);
        return;
    case Rule::by_key: {
        auto list = as_sequence(value);
        for (const auto &entry : as_sequence(later))
            list.push_back(entry);
        value = unique_by_key(list, path_text(path));
        return;
    }
    case Rule::sequence:
        value = as_sequence(value);
        add_new(value, as_sequence(later));
        return;
    case Rule::plain:
        break;
    }
    if (later.is_null())
        return;
    if (value.is_object() && later.is_object())
        merge_maps(value, later, path);
    else if (value.is_array() && later.is_array())
        add_new(value, later);
    else if (value.is_structured())
        throw Error(fmt::format("cannot override {}", printable(path_text(path))));
    else
        value = later;
}

void remove_duplicate_keys(Yaml &service) {
    auto unique_list = [](Yaml &list) {
        if (list.is_array())
            list = unique_by_key(list, "list");
    };
    change_member(service, "environment", unique_list);
    change_member(service, "build", [&](Yaml &build) {
        for (const auto *name : {"args", "additional_contexts", "tags", "labels"})
            change_member(build, name, unique_list);
    });
}

void make_canonical(Yaml &service, const YamlPath &path) {
    auto where = printable(path_text(path));
    change_member(service, "build",
                  [&](Yaml &build) { make_build_canonical(build, where + ".build"); });
    change_member(service, "env_file", [&](Yaml &files) {
        if (files.is_string())
            files = Yaml::array({files});
        if (!files.is_array())
            throw Error(
                fmt::format("{}.env_file: invalid type {} for env_file", where, go_type(files)));
        for (auto &file : files)
            file = env_file_entry(file);
    });
}

void rebase_service(Yaml &service, const std::string &base, const std::string &home) {
    change_member(service, "build", [&](Yaml &build) {
        auto context = [&](std::string path) { return rebase_context(path, base, home); };
        change_member(build, "context", [&](Yaml &value) { change_text(value, context); });
        change_member(build, "additional_contexts", [&](Yaml &contexts) {
            for (auto &value : contexts)
                change_text(value, context);
        });
        change_member(build, "ssh", [&](Yaml &keys) {
            for (auto &value : keys)
                change_text(value, [&](std::string path) { return rebase_path(path, base, home); });
        });
    });
    change_member(service, "env_file", [&](Yaml &files) {
        for (auto &file : files)
            change_member(file, "path", [&](Yaml &value) {
                change_text(value, [&](std::string path) { return rebase_path(path, base, home); });
            });
    });
}

void rebase_secret(Yaml &secret, const std::string &base, const std::string &home) {
    change_member(secret, "file", [&](Yaml &value) {
        change_text(value, [&](std::string path) { return rebase_path(path, base, home); });
    });
}

std::string go_type(const Yaml &value) {
    if (value.is_null())
        return "<nil>";
    if (value.is_boolean())
        return "bool";
    if (value.is_number_integer())
        return "int";
    if (value.is_number())
        return "float64";
    if (value.is_string())
        return "string";
    return value.is_array() ? "[]interface {}" : "map[string]interface {}";
}

} // namespace berth::bake
