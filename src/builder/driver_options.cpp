// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/driver_options.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::builder {

namespace {

constexpr std::string_view environment_prefix = "env.";

[[noreturn]] void refuse(const std::string &key, const std::string &value, const std::string &why,
                         const std::string &hint) {
    throw usage_error(
        fmt::format("invalid value '{}' of driver option {}: {}", printable(value), key, why),
        hint);
}

std::int64_t read_size(const std::string &key, const std::string &value) {
    auto bytes = parse_bytes(value);
    if (!bytes || *bytes < 0)
        refuse(key, value, fmt::format("invalid size: '{}'", printable(value)),
               "write a number with an optional unit, for example 512m or 2g");
    return *bytes;
}

std::int64_t read_swap(const std::string &key, const std::string &value) {
    return value == "-1" ? -1 : read_size(key, value);
}

std::int64_t read_number(const std::string &key, const std::string &value) {
    auto number = parse_integer(value);
    if (!number)
        refuse(key, value, "not a whole number", "write a whole number");
    return *number;
}

bool read_bool(const std::string &key, const std::string &value) {
    auto flag = parse_bool(value);
    if (!flag)
        refuse(key, value, "not true or false", "write true or false");
    return *flag;
}

// no, always, unless-stopped, on-failure[:N]. As in docker buildx, empty means docker's default
// (no), and a count may be empty, or 0 for a policy without one.
std::string read_restart_policy(const std::string &key, const std::string &value) {
    if (value.empty())
        return "no";
    auto parts = split(value, ':');
    const auto &name = parts.front();
    bool good =
        name == "no" || name == "always" || name == "unless-stopped" || name == "on-failure";
    if (!good)
        refuse(key, value, "unknown policy", "use no, always, unless-stopped or on-failure[:N]");
    if (parts.size() == 1 || (parts.size() == 2 && parts[1].empty()))
        return name;
    auto count = parse_integer(parts[1]).value_or(-1);
    if (parts.size() == 2 && count == 0)
        return name;
    if (name != "on-failure" || parts.size() > 2)
        refuse(key, value, "only on-failure can have a count", "write on-failure:N");
    if (count < 0)
        refuse(key, value, "maximum retry count must be an integer", "write on-failure:N");
    return value;
}

// "0-2,4": docker's form of processors and memory nodes.
std::string read_cpuset(const std::string &key, const std::string &value) {
    for (const auto &part : split(value, ',')) {
        auto ends = split(part, '-');
        bool good = ends.size() <= 2;
        for (const auto &end : ends)
            good = good && !end.empty() && end.find_first_not_of("0123456789") == std::string::npos;
        if (!good && !value.empty())
            refuse(key, value, "not a list of numbers and ranges", "write for example 0-2,4");
    }
    return value;
}

// docker refuses other invalid names; this one would be read as an option.
std::string read_image(const std::string &key, const std::string &value) {
    if (value.starts_with('-'))
        refuse(key, value, "not an image name", "write for example moby/buildkit:v0.25.2");
    return value;
}

struct Option {
    const char *name, *description, *values; // see DriverOptionInfo
    void (*read)(DriverOptions &, const std::string &key, const std::string &value);
};

// The table of all options but env.KEY.
constexpr std::array<Option, 14> table = {{
    {"allow-untrusted-image", "use the image even if its signature is not verified", "true|false",
     [](DriverOptions &o, const auto &k, const auto &v) {
         o.allow_untrusted_image = read_bool(k, v);
     }},
    {"cgroup-parent", "parent cgroup of the container", "CGROUP",
     [](DriverOptions &o, const auto &, const auto &v) { o.cgroup_parent = v; }},
    {"cpu-period", "length of a CPU period, in microseconds", "NUMBER",
     [](DriverOptions &o, const auto &k, const auto &v) { o.cpu_period = read_number(k, v); }},
    {"cpu-quota", "CPU time per period, in microseconds", "NUMBER",
     [](DriverOptions &o, const auto &k, const auto &v) { o.cpu_quota = read_number(k, v); }},
    {"cpu-shares", "CPU weight relative to other containers", "NUMBER",
     [](DriverOptions &o, const auto &k, const auto &v) { o.cpu_shares = read_number(k, v); }},
    {"cpuset-cpus", "CPUs to run on, for example 0-2,4", "CPUS",
     [](DriverOptions &o, const auto &k, const auto &v) { o.cpuset_cpus = read_cpuset(k, v); }},
    {"cpuset-mems", "memory nodes to use, for example 0,1", "NODES",
     [](DriverOptions &o, const auto &k, const auto &v) { o.cpuset_mems = read_cpuset(k, v); }},
    {"default-load", "load images by default, without --load", "true|false",
     [](DriverOptions &o, const auto &k, const auto &v) { o.default_load = read_bool(k, v); }},
    {"image", "BuildKit image to run", "IMAGE",
     [](DriverOptions &o, const auto &k, const auto &v) { o.image = read_image(k, v); }},
    {"memory", "memory limit, for example 4g", "SIZE",
     [](DriverOptions &o, const auto &k, const auto &v) { o.memory = read_size(k, v); }},
    {"memory-swap", "limit of memory plus swap, -1 for none", "SIZE",
     [](DriverOptions &o, const auto &k, const auto &v) { o.memory_swap = read_swap(k, v); }},
    {"network", "network of the container", "bridge|host|none",
     [](DriverOptions &o, const auto &, const auto &v) { o.network = v; }},
    {"provenance-add-gha", "add the GitHub workflow to provenance", "true|false",
     [](DriverOptions &o, const auto &k, const auto &v) {
         o.provenance_add_gha = read_bool(k, v);
     }},
    {"restart-policy", "restart policy of the container", "unless-stopped|always|on-failure|no",
     [](DriverOptions &o, const auto &k, const auto &v) {
         o.restart_policy = read_restart_policy(k, v);
     }},
}};

} // namespace

OptionMap parse_driver_options(const std::vector<std::string> &values) {
    OptionMap options;
    for (const auto &value : values)
        for (const auto &field : parse_csv(value)) {
            auto equals = field.find('=');
            if (equals == std::string::npos)
                throw usage_error(
                    fmt::format("invalid value \"{}\", expecting k=v", printable(field)),
                    "write --driver-opt KEY=VALUE[,KEY=VALUE…]");
            options[field.substr(0, equals)] = field.substr(equals + 1);
        }
    return options;
}

DriverOptions read_driver_options(const OptionMap &options) {
    DriverOptions result;
    for (const auto &[key, value] : options) {
        if (key.starts_with(environment_prefix)) {
            auto name = key.substr(environment_prefix.size());
            if (name.empty())
                throw usage_error(
                    fmt::format("invalid env option \"{}\", expecting env.FOO=bar", printable(key)),
                    "write --driver-opt env.NAME=VALUE");
            result.environment.push_back(name + "=" + value);
            continue;
        }
        auto option =
            std::find_if(table.begin(), table.end(),
                         [&key = key](const Option &candidate) { return key == candidate.name; });
        if (option == table.end()) {
            std::vector<std::string> names;
            for (const auto &known : driver_options())
                names.push_back(known.name);
            auto near = nearest(key, names);
            throw usage_error(
                fmt::format("invalid driver option {} for docker-container driver", printable(key)),
                near.empty() ? "the options are " + join(names, ", ")
                             : fmt::format("did you mean {}?", near));
        }
        option->read(result, key, value);
    }
    return result;
}

const std::vector<DriverOptionInfo> &driver_options() {
    static const std::vector<DriverOptionInfo> all = [] {
        std::vector<DriverOptionInfo> options = {
            {std::string(environment_prefix), "environment variable of the builder", "VALUE"}};
        for (const auto &option : table)
            options.push_back({option.name, option.description, option.values});
        std::sort(options.begin(), options.end(),
                  [](const auto &left, const auto &right) { return left.name < right.name; });
        return options;
    }();
    return all;
}

} // namespace berth::builder
