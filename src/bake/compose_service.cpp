// SPDX-License-Identifier: Apache-2.0
#include "compose_service.hpp"

#include "berth/bake/compose.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

namespace berth::bake {

namespace {

using Variables = std::map<std::string, std::string>;

std::optional<std::string> text_of(const Yaml &build, const char *name) {
    auto found = build.find(name);
    if (found == build.end() || scalar_text(*found).empty())
        return {};
    return scalar_text(*found);
}

Strings list_of(const Yaml &build, const char *name) {
    Strings list;
    auto found = build.find(name);
    if (found == build.end() || found->is_null())
        return list;
    if (!found->is_array())
        return {scalar_text(*found)};
    for (const auto &element : *found)
        list.push_back(scalar_text(element));
    return list;
}

std::optional<Strings> given(Strings list) {
    if (list.empty())
        return {};
    return list;
}

// As compose-go, in any case.
std::optional<bool> compose_bool(const std::string &text) {
    constexpr std::string_view yes[] = {"true", "y", "yes", "on"};
    constexpr std::string_view no[] = {"false", "n", "no", "off"};
    auto word = lower(text);
    if (std::find(std::begin(yes), std::end(yes), word) != std::end(yes))
        return true;
    if (std::find(std::begin(no), std::end(no), word) != std::end(no))
        return false;
    return {};
}

// Like docker buildx, treats a disabled flag as unset.
std::optional<bool> flag_of(const Yaml &build, const char *name) {
    auto found = build.find(name);
    if (found == build.end())
        return {};
    auto flag = compose_bool(scalar_text(*found));
    if (!flag)
        throw Error(fmt::format("invalid boolean: {}", printable(scalar_text(*found))));
    if (!*flag)
        return {};
    return true;
}

// KEY=VALUE lists and maps; a single KEY has no value.
OptionalStrings pairs_of(const Yaml &build, const char *name) {
    OptionalStrings pairs;
    auto found = build.find(name);
    if (found == build.end())
        return pairs;
    if (found->is_object())
        for (const auto &[key, value] : found->items())
            pairs[key] = value.is_null() ? std::nullopt : std::optional(scalar_text(value));
    if (found->is_array())
        for (const auto &element : *found) {
            auto text = scalar_text(element);
            auto equals = text.find('=');
            pairs[text.substr(0, equals)] =
                equals == std::string::npos ? std::nullopt : std::optional(text.substr(equals + 1));
        }
    return pairs;
}

// The variables of the service, for build arguments without a value.
OptionalStrings service_environment(const Yaml &service, const Variables &environment) {
    auto own = pairs_of(service, "environment");
    for (auto &[name, value] : own)
        if (!value)
            if (auto found = environment.find(name); found != environment.end())
                value = found->second;
    auto lookup = environment;
    for (const auto &[name, value] : own)
        if (value)
            lookup.emplace(name, *value);
    OptionalStrings result;
    for (const auto &file : service.value("env_file", Yaml::array())) {
        auto path = scalar_text(file.value("path", Yaml()));
        std::error_code error;
        if (!std::filesystem::exists(path, error)) {
            if (parse_bool(scalar_text(file.value("required", Yaml(true)))).value_or(true))
                throw Error(fmt::format("env file {} not found: stat {}: no such file or directory",
                                        printable(path), printable(path)));
            continue;
        }
        for (auto &[name, value] : read_env_file(read_file(path), lookup))
            result[name] = value;
    }
    for (auto &[name, value] : own)
        result[name] = value;
    return result;
}

std::optional<OptionalStrings> args_of(const Yaml &service, const Variables &environment) {
    auto args = pairs_of(service["build"], "args");
    auto own = service_environment(service, environment);
    for (auto &[name, value] : args) {
        if (value)
            continue;
        if (auto found = own.find(name); found != own.end() && found->second)
            value = found->second;
        else if (auto outer = environment.find(name); outer != environment.end())
            value = outer->second;
    }
    std::erase_if(args, [](const auto &arg) { return !arg.second; });
    if (args.empty())
        return {};
    return args;
}

std::string link_of(const std::string &value) {
    for (const auto *prefix : {"service:", "target:"})
        if (value.starts_with(prefix))
            return "target:" + target_name_of(value.substr(value.find(':') + 1));
    return value;
}

std::optional<std::map<std::string, std::string>> contexts_of(const OptionalStrings &pairs) {
    if (pairs.empty())
        return {};
    std::map<std::string, std::string> contexts;
    for (const auto &[name, value] : pairs)
        contexts[name] = link_of(value.value_or(""));
    return contexts;
}

std::optional<OptionalStrings> labels_of(const Yaml &build) {
    auto labels = pairs_of(build, "labels");
    for (auto &[name, value] : labels)
        value = value.value_or("");
    return labels;
}

std::string without_brackets(const std::string &address) {
    if (address.size() > 2 && address.starts_with('[') && address.ends_with(']'))
        return address.substr(1, address.size() - 2);
    return address;
}

std::optional<OptionalStrings> hosts_of(const Yaml &build) {
    std::map<std::string, Strings> hosts;
    auto found = build.find("extra_hosts");
    if (found == build.end())
        return {};
    if (found->is_object())
        for (const auto &[name, value] : found->items())
            for (const auto &address : value.is_array() ? value : Yaml::array({value}))
                hosts[name].push_back(scalar_text(address));
    if (found->is_array())
        for (const auto &element : *found) {
            auto text = scalar_text(element);
            auto end = text.find('=');
            if (end == std::string::npos)
                end = text.find(':');
            if (end == std::string::npos)
                throw Error(
                    fmt::format("invalid additional host, missing IP: {}", printable(text)));
            for (const auto &address : split(text.substr(end + 1), ','))
                hosts[text.substr(0, end)].push_back(address);
        }
    OptionalStrings result;
    for (auto &[name, addresses] : hosts) {
        if (name.empty() || name.find_first_of(":=") != std::string::npos)
            throw Error(fmt::format("bad host name '{}'", printable(name)));
        for (auto &address : addresses)
            address = without_brackets(address);
        result[name] = join(addresses, ",");
    }
    return result;
}

std::optional<std::string> shm_size_of(const Yaml &build) {
    auto text = text_of(build, "shm_size");
    if (!text)
        return {};
    auto bytes = parse_bytes(*text);
    if (!bytes)
        throw Error(fmt::format("invalid size: '{}'", printable(*text)));
    if (*bytes <= 0)
        return {};
    return format_binary_bytes(static_cast<double>(*bytes));
}

// Like docker buildx, reads only `soft` and `hard`, and ignores a limit that is a single number.
std::optional<Strings> ulimits_of(const Yaml &build) {
    Strings limits;
    auto all = build.value("ulimits", Yaml::object());
    for (const auto &[name, value] : all.items()) {
        auto number = [&limit = value](const char *key) -> long long {
            if (!limit.is_object() || !limit.contains(key))
                return 0;
            return parse_integer(scalar_text(limit[key])).value_or(0);
        };
        limits.push_back(fmt::format("{}={}:{}", name, number("soft"), number("hard")));
    }
    return given(limits);
}

std::optional<std::vector<Ssh>> ssh_of(const Yaml &build) {
    std::vector<Ssh> keys;
    auto all = build.value("ssh", Yaml::object());
    for (const auto &[id, path] : all.items()) {
        Ssh key{.id = id};
        if (!scalar_text(path).empty())
            key.paths = {scalar_text(path)};
        keys.push_back(key);
    }
    if (keys.empty())
        return {};
    return keys;
}

std::optional<std::vector<Secret>> secrets_of(const Yaml &build, const Yaml &project) {
    std::vector<Secret> secrets;
    for (const auto &entry : build.value("secrets", Yaml::array())) {
        auto source = scalar_text(entry.value("source", Yaml()));
        auto own = project.value(source, Yaml::object());
        if (!own.is_object())
            own = Yaml::object();
        auto external = own.value("external", Yaml(false));
        if (external.is_object() || compose_bool(scalar_text(external)).value_or(false))
            throw Error(fmt::format("unsupported external secret {}",
                                    printable(scalar_text(own.value("name", Yaml())))));
        secrets.push_back({.id = source,
                           .source = scalar_text(own.value("file", Yaml())),
                           .variable = scalar_text(own.value("environment", Yaml()))});
    }
    if (secrets.empty())
        return {};
    return secrets;
}

template<class Read>
auto entries_of(const Strings &texts, Read read) {
    std::optional<std::vector<decltype(read(std::string()))>> entries;
    for (const auto &text : texts) {
        if (!entries)
            entries.emplace();
        if (!text.empty())
            entries->push_back(read(text));
    }
    return entries;
}

std::optional<std::vector<CacheEntry>> caches_of(const Strings &texts) {
    std::optional<std::vector<CacheEntry>> entries;
    for (const auto &text : texts) {
        if (!entries)
            entries.emplace();
        for (auto &entry : read_caches(text))
            entries->push_back(std::move(entry));
    }
    return entries;
}

std::optional<std::vector<Attestation>> attestations_of(const Yaml &build) {
    Strings texts;
    for (const auto *type : {"sbom", "provenance"})
        if (auto value = text_of(build, type))
            texts.push_back(attestation_text(type, *value));
    return entries_of(texts, read_attestation);
}

// A list of x-bake may be a single text, separated by spaces.
Strings x_list_of(const Yaml &extension, const char *name) {
    auto found = extension.find(name);
    if (found == extension.end() || found->is_array() || found->is_null())
        return list_of(extension, name);
    Strings list;
    auto text = scalar_text(*found);
    for (std::size_t begin = 0; (begin = text.find_first_not_of(" \t\n", begin)) != text.npos;) {
        auto end = text.find_first_of(" \t\n", begin);
        list.push_back(text.substr(begin, end - begin));
        begin = std::min(end, text.size());
    }
    return list;
}

std::optional<bool> x_flag_of(const Yaml &extension, const char *name) {
    auto found = extension.find(name);
    if (found == extension.end() || found->is_null())
        return {};
    if (!found->is_boolean())
        throw Error(fmt::format("cannot unmarshal {} of x-bake into bool", name));
    return found->get<bool>();
}

void add_unique(std::optional<Strings> &list, const Strings &more) {
    if (more.empty())
        return;
    auto all = list.value_or(Strings());
    all.insert(all.end(), more.begin(), more.end());
    list = unique(all);
}

// Attributes that Compose's `build` lacks.
void apply_extension(Target &target, const Yaml &build) {
    auto found = build.find("x-bake");
    if (found == build.end() || found->is_null())
        return;
    if (!found->is_object())
        throw Error("x-bake must be a mapping");
    const auto &extension = *found;
    add_unique(target.tags, x_list_of(extension, "tags"));
    add_unique(target.platforms, x_list_of(extension, "platforms"));
    add_unique(target.no_cache_filter, x_list_of(extension, "no-cache-filter"));
    auto cache_to = caches_of(x_list_of(extension, "cache-to"));
    Target more;
    more.cache_from = caches_of(x_list_of(extension, "cache-from"));
    more.secrets = entries_of(x_list_of(extension, "secret"), read_secret);
    more.ssh = entries_of(x_list_of(extension, "ssh"), read_ssh);
    more.outputs = entries_of(x_list_of(extension, "output"), read_output);
    more.pull = x_flag_of(extension, "pull");
    more.no_cache = x_flag_of(extension, "no-cache");
    if (cache_to) {
        more.cache_to = target.cache_to.value_or(std::vector<CacheEntry>());
        more.cache_to->insert(more.cache_to->end(), cache_to->begin(), cache_to->end());
        remove_duplicates(*more.cache_to);
    }
    merge(target, more);
    if (more.ssh)
        std::sort(target.ssh->begin(), target.ssh->end(), [](const Ssh &left, const Ssh &right) {
            return std::tie(left.id, left.paths) < std::tie(right.id, right.paths);
        });
    if (auto contexts = contexts_of(pairs_of(extension, "contexts"))) {
        if (!target.contexts)
            target.contexts.emplace();
        target.contexts->insert(contexts->begin(), contexts->end());
    }
}

} // namespace

Target target_of_service(const Yaml &service, const Yaml &secrets, const Variables &environment) {
    const auto &build = service["build"];
    Target target;
    target.context = text_of(build, "context");
    target.contexts = contexts_of(pairs_of(build, "additional_contexts"));
    target.dockerfile = text_of(build, "dockerfile");
    target.dockerfile_inline = text_of(build, "dockerfile_inline");
    target.tags = given(list_of(build, "tags"));
    target.labels = labels_of(build);
    target.args = args_of(service, environment);
    target.cache_from = caches_of(list_of(build, "cache_from"));
    target.cache_to = caches_of(list_of(build, "cache_to"));
    target.network = text_of(build, "network");
    target.platforms = given(list_of(build, "platforms"));
    target.ssh = ssh_of(build);
    target.secrets = secrets_of(build, secrets);
    target.shm_size = shm_size_of(build);
    target.ulimits = ulimits_of(build);
    target.extra_hosts = hosts_of(build);
    target.attest = attestations_of(build);
    target.no_cache = flag_of(build, "no_cache");
    target.pull = flag_of(build, "pull");
    apply_extension(target, build);
    target.target = text_of(build, "target");
    auto image = scalar_text(service.value("image", Yaml()));
    if ((!target.tags || target.tags->empty()) && !image.empty())
        target.tags = Strings{image};
    return target;
}

} // namespace berth::bake
