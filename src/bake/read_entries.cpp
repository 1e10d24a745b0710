// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/entries.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <utility>

namespace berth::bake {

namespace {

struct Pair {
    std::string key, value;
};

Pair split_field(const std::string &field) {
    auto equals = field.find('=');
    if (equals == std::string::npos)
        throw Error(fmt::format("invalid value {}", printable(field)));
    return {field.substr(0, equals), field.substr(equals + 1)};
}

std::string entry_key(std::string_view key) {
    return lower(trim(key));
}

bool read_bool(const std::string &field, const std::string &value) {
    auto flag = parse_bool(value);
    if (!flag)
        throw Error(fmt::format("invalid value {}: strconv.ParseBool: parsing \"{}\": invalid "
                                "syntax",
                                printable(field), printable(value)));
    return *flag;
}

// One CSV record, as in docker buildx. An empty text has no fields.
std::vector<std::string> fields_of(std::string_view text) {
    return text.empty() ? std::vector<std::string>{} : parse_csv(text);
}

CacheEntry read_cache(std::string_view text) {
    auto fields = fields_of(text);
    if (fields.size() == 1 && fields[0].find('=') == std::string::npos)
        return {.type = "registry", .attributes = {{"ref", fields[0]}}};
    CacheEntry entry;
    for (const auto &field : fields) {
        auto [key, value] = split_field(field);
        if (lower(key) == "type")
            entry.type = value;
        else
            entry.attributes[lower(key)] = value;
    }
    if (entry.type.empty())
        throw Error(fmt::format("type required for \"{}\"", printable(text)));
    return entry;
}

std::string take(Fields &fields, const std::string &name) {
    auto found = fields.extract(name);
    return found.empty() ? std::string() : found.mapped();
}

OutputEntry checked(OutputEntry entry) {
    if (entry.type.empty())
        throw Error("type is required for output");
    return entry;
}

std::int64_t resource_count(const std::string &name, const std::string &value) {
    auto count = parse_integer(value);
    if (!count)
        throw Error(
            fmt::format("invalid value {} for int64 key resources.{}", printable(value), name));
    return *count;
}

// logrus' names of levels, some of which have two names.
std::string log_level(const std::string &field, const std::string &value) {
    auto name = lower(value);
    if (name == "warn")
        return "warning";
    for (const auto *known : {"panic", "fatal", "error", "warning", "info", "debug", "trace"})
        if (name == known)
            return name;
    throw Error(fmt::format("invalid value {}: not a valid logrus Level: \"{}\"", printable(field),
                            printable(value)));
}

} // namespace

std::vector<CacheEntry> read_caches(std::string_view text) {
    std::vector<CacheEntry> entries;
    if (text.empty())
        return entries;
    if (text.find('=') != std::string_view::npos)
        return {read_cache(text)};
    for (const auto &field : fields_of(text))
        entries.push_back(read_cache(field));
    return entries;
}

OutputEntry read_output(std::string_view text) {
    auto fields = fields_of(text);
    if (fields.size() == 1 && fields[0] == text && !text.starts_with("type="))
        return {.type = text == "-" ? "tar" : "local", .destination = std::string(text)};
    OutputEntry entry;
    for (const auto &field : fields) {
        auto [name, value] = split_field(field);
        auto key = entry_key(name);
        if (key == "type")
            entry.type = value;
        else if (key == "dest")
            entry.destination = value;
        else
            entry.attributes[key] = value;
    }
    return checked(std::move(entry));
}

Secret read_secret(std::string_view text) {
    Secret secret;
    std::string type;
    for (const auto &field : fields_of(text)) {
        auto equals = field.find('=');
        if (equals == std::string::npos)
            throw Error(
                fmt::format("invalid field '{}' must be a key=value pair", printable(field)));
        auto key = lower(field.substr(0, equals)), value = field.substr(equals + 1);
        if (key == "type") {
            if (value != "file" && value != "env")
                throw Error(fmt::format("unsupported secret type \"{}\"", printable(value)));
            type = value;
        } else if (key == "id") {
            secret.id = value;
        } else if (key == "source" || key == "src") {
            secret.source = value;
        } else if (key == "env") {
            secret.variable = value;
        } else {
            throw Error(
                fmt::format("unexpected key '{}' in '{}'", printable(key), printable(field)));
        }
    }
    if (type == "env" && secret.variable.empty())
        secret.variable = std::exchange(secret.source, {});
    return secret;
}

Ssh read_ssh(std::string_view text) {
    auto equals = text.find('=');
    Ssh ssh{.id = std::string(text.substr(0, equals))};
    if (equals != std::string_view::npos)
        ssh.paths = split(text.substr(equals + 1), ',');
    return ssh;
}

Attestation read_attestation(std::string_view text) {
    Attestation attestation;
    for (const auto &field : fields_of(text)) {
        auto [name, value] = split_field(field);
        auto key = entry_key(name);
        if (key == "type")
            attestation.type = value;
        else if (key == "disabled")
            attestation.disabled = read_bool(field, value);
        else
            attestation.attributes[name] = value;
    }
    if (attestation.type.empty())
        throw Error("attestation type not specified");
    return attestation;
}

Policy read_policy(std::string_view text) {
    return policy_of_fields(fields_of(text));
}

Policy policy_of_fields(const std::vector<std::string> &fields) {
    Policy policy;
    for (const auto &field : fields) {
        auto [name, value] = split_field(field);
        auto key = entry_key(name);
        if (key == "filename" && !value.empty())
            policy.files.push_back(value);
        else if (key == "reset")
            policy.reset = read_bool(field, value);
        else if (key == "disabled")
            policy.disabled = read_bool(field, value);
        else if (key == "strict")
            policy.strict = read_bool(field, value);
        else if (key == "log-level")
            policy.log_level = log_level(field, value);
        else
            throw Error(fmt::format("invalid value {}", printable(field)));
    }
    return policy;
}

void set_resource(Resources &resources, const std::string &name, const std::string &value) {
    if (name == "memory")
        resources.memory = value;
    else if (name == "memory-swap")
        resources.memory_swap = value;
    else if (name == "cpu-shares")
        resources.cpu_shares = resource_count(name, value);
    else if (name == "cpu-period")
        resources.cpu_period = resource_count(name, value);
    else if (name == "cpu-quota")
        resources.cpu_quota = resource_count(name, value);
    else if (name == "cpuset-cpus")
        resources.cpuset_cpus = value;
    else if (name == "cpuset-mems")
        resources.cpuset_mems = value;
    else
        throw Error(fmt::format("unknown resources key {}", printable(name)));
}

CacheEntry cache_of_fields(Fields fields, const std::string &shown) {
    CacheEntry entry{.type = take(fields, "type")};
    if (entry.type.empty())
        throw Error(
            fmt::format("type required for \"{}\"", replace_all(printable(shown), "\"", "\\\"")));
    entry.attributes = std::move(fields);
    return entry;
}

OutputEntry output_of_fields(Fields fields) {
    OutputEntry entry{.type = take(fields, "type"), .destination = take(fields, "dest")};
    entry.attributes = std::move(fields);
    return checked(std::move(entry));
}

Attestation attestation_of_fields(Fields fields) {
    Attestation attestation{.type = take(fields, "type")};
    auto disabled = take(fields, "disabled");
    if (!disabled.empty()) {
        auto flag = parse_bool(disabled);
        if (!flag)
            throw Error(fmt::format("strconv.ParseBool: parsing \"{}\": invalid syntax",
                                    printable(disabled)));
        attestation.disabled = *flag;
    }
    attestation.attributes = std::move(fields);
    return attestation;
}

std::string attestation_text(const std::string &type, const std::string &value) {
    if (value.empty())
        return {};
    if (auto enabled = parse_bool(value))
        return fmt::format("type={},disabled={}", type, !*enabled);
    return fmt::format("type={},{}", type, value);
}

} // namespace berth::bake
