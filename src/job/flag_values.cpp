// SPDX-License-Identifier: Apache-2.0
#include "berth/job/flag_values.hpp"

#include "berth/builder/platform.hpp"
#include "berth/job/output.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace berth::job {

namespace {

constexpr std::array ulimit_types = {"core",    "cpu",      "data",   "fsize",      "locks",
                                     "memlock", "msgqueue", "nice",   "nofile",     "nproc",
                                     "rss",     "rtprio",   "rttime", "sigpending", "stack"};

Error bad_value(const char *flag, const std::string &text, const std::string &reason,
                const char *hint) {
    return usage_error(
        fmt::format("invalid argument \"{}\" for \"{}\" flag: {}", printable(text), flag, reason),
        hint);
}

bool is_address(const std::string &text) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

void read_host(const std::string &text, std::vector<std::string> &hosts) {
    auto at = text.find('=');
    if (at == std::string::npos)
        at = text.find(':');
    auto fail = [&text] {
        return usage_error(fmt::format("invalid host {}", printable(text)),
                           "write --add-host HOST:IP");
    };
    if (at == std::string::npos || at == 0 || at + 1 == text.size())
        throw fail();
    auto name = text.substr(0, at), addresses = text.substr(at + 1);
    if (addresses == "host-gateway")
        throw usage_error("unable to derive the IP value for host-gateway: host-gateway is not "
                          "supported by the docker-container driver",
                          "write the IP address");
    for (auto &address : split(addresses, ',')) {
        if (address.size() > 2 && address.starts_with('[') && address.ends_with(']'))
            address = address.substr(1, address.size() - 2);
        if (!is_address(address))
            throw fail();
        hosts.push_back(name + "=" + address);
    }
}

struct Ulimit {
    long long soft = 0, hard = 0;
};

std::pair<std::string, Ulimit> read_ulimit(const std::string &text) {
    constexpr const char *hint = "write TYPE=SOFT[:HARD], for example nofile=1024:2048";
    auto fail = [&text](const std::string &reason) {
        return bad_value("--ulimit", text, reason, hint);
    };
    auto equals = text.find('=');
    if (equals == std::string::npos)
        throw fail("invalid ulimit argument: " + printable(text));
    auto type = text.substr(0, equals);
    if (std::find(ulimit_types.begin(), ulimit_types.end(), type) == ulimit_types.end())
        throw fail("invalid ulimit type: " + printable(type));
    auto limits = split(std::string_view(text).substr(equals + 1), ':');
    auto soft = parse_integer(limits.front()), hard = parse_integer(limits.back());
    if (limits.size() > 2 || !soft || !hard || *soft < -1 || *hard < -1)
        throw fail("invalid ulimit argument: " + printable(text));
    if (*hard != -1 && (*soft == -1 || *soft > *hard))
        throw fail("ulimit soft limit must be less than or equal to hard limit");
    return {type, {*soft, *hard}};
}

} // namespace

KeyValue read_pair(const std::string &text) {
    auto equals = text.find('=');
    KeyValue pair{text.substr(0, equals), std::nullopt};
    if (pair.key.empty())
        throw usage_error(fmt::format("invalid key-value pair \"{}\": empty key", printable(text)));
    if (equals != std::string::npos)
        pair.value = text.substr(equals + 1);
    return pair;
}

std::map<std::string, std::string> read_build_args(const std::vector<std::string> &values,
                                                   const Environment &environment) {
    std::map<std::string, std::string> arguments;
    for (const auto &text : values) {
        auto [key, value] = read_pair(text);
        if (!value)
            value = environment.find(key);
        if (value)
            arguments[key] = *value;
    }
    return arguments;
}

std::vector<std::string> read_hosts(const std::vector<std::string> &values) {
    std::vector<std::string> hosts;
    for (const auto &value : values)
        read_host(value, hosts);
    return hosts;
}

std::vector<std::string> read_platforms(const std::vector<std::string> &values) {
    std::vector<std::string> platforms;
    for (const auto &value : values)
        for (const auto &part : split(value, ','))
            platforms.push_back(builder::format_platform(builder::parse_platform(part)));
    return platforms;
}

std::map<std::string, std::string> read_resources(const std::vector<std::string> &values) {
    struct Resource {
        std::string_view key, attribute;
        enum { bytes, swap, number, text } kind;
    };
    constexpr std::array resources = {
        Resource{"memory", "memory", Resource::bytes},
        Resource{"memory-swap", "memswap", Resource::swap},
        Resource{"cpu-shares", "cpushares", Resource::number},
        Resource{"cpu-period", "cpuperiod", Resource::number},
        Resource{"cpu-quota", "cpuquota", Resource::number},
        Resource{"cpuset-cpus", "cpusetcpus", Resource::text},
        Resource{"cpuset-mems", "cpusetmems", Resource::text},
    };
    std::map<std::string, std::string> attributes;
    for (const auto &entry : values) {
        auto equals = entry.find('=');
        if (equals == std::string::npos)
            throw usage_error(
                fmt::format("invalid resource \"{}\", expected key=value", printable(entry)),
                "write --resource memory=2g, for example");
        std::string key(trim(std::string_view(entry).substr(0, equals)));
        std::string value(trim(std::string_view(entry).substr(equals + 1)));
        const auto *found = std::find_if(resources.begin(), resources.end(),
                                         [&key](const auto &one) { return one.key == key; });
        if (found == resources.end())
            throw usage_error(fmt::format("unknown resource \"{}\"", printable(key)),
                              "use memory, memory-swap, cpu-shares, cpu-period, cpu-quota, "
                              "cpuset-cpus, cpuset-mems");
        if (found->kind != Resource::text) {
            auto number = found->kind == Resource::number ? parse_integer(value)
                          : found->kind == Resource::swap && value == "-1"
                              ? -1
                              : std::optional<long long>(parse_bytes(value));
            if (!number)
                throw usage_error(
                    fmt::format("invalid value \"{}\" for resource {}", printable(value), key),
                    found->kind == Resource::number
                        ? "write a whole number"
                        : "write a number with an optional unit, for example 512m");
            // Like docker buildx, does not send "no limit", which an older BuildKit would reject.
            value = *number > 0 || (*number < 0 && found->kind == Resource::swap)
                        ? std::to_string(*number)
                        : "";
        }
        attributes[std::string(found->attribute)] = value;
    }
    std::erase_if(attributes, [](const auto &one) { return one.second.empty(); });
    return attributes;
}

std::vector<std::string> read_ulimits(const std::vector<std::string> &values) {
    std::map<std::string, Ulimit> limits;
    for (const auto &value : values) {
        auto [type, limit] = read_ulimit(value);
        limits[type] = limit;
    }
    std::vector<std::string> words;
    words.reserve(limits.size());
    for (const auto &[type, limit] : limits)
        words.push_back(fmt::format("{}={}:{}", type, limit.soft, limit.hard));
    return words;
}

void check_network(const std::string &mode) {
    if (!mode.empty() && mode != "default" && mode != "host" && mode != "none")
        throw usage_error(
            fmt::format("network mode \"{}\" not supported by buildkit - you can define "
                        "a custom network for your builder using the network driver-opt",
                        printable(mode)),
            "use default, none or host");
}

std::vector<std::string> read_entitlements(const std::vector<std::string> &values) {
    std::vector<std::string> entitlements;
    for (const auto &value : values) {
        if (value.empty() || value == local_delete_entitlement)
            continue;
        if (value.starts_with(std::string(local_delete_entitlement) + "="))
            throw usage_error(fmt::format("failed to build: {} does not accept a value",
                                          local_delete_entitlement),
                              fmt::format("write --allow {}", local_delete_entitlement));
        if (value != "network.host" && value != "security.insecure" && value != "device" &&
            !value.starts_with("device="))
            throw usage_error(
                fmt::format("failed to build: unknown entitlement {}", printable(value)),
                "use network.host, security.insecure, device or buildx.local.delete");
        entitlements.push_back(value);
    }
    return entitlements;
}

} // namespace berth::job
