#include "berth/build/flag_values.hpp"

#include "berth/builder/platform.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace berth::build {

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
                          "write the address itself");
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
    constexpr const char *hint = "write TYPE=SOFT[:HARD], such as nofile=1024:2048";
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
        for (const auto &host : parse_csv(value))
            read_host(host, hosts);
    return hosts;
}

std::vector<std::string> read_platforms(const std::vector<std::string> &values) {
    std::vector<std::string> platforms;
    for (const auto &value : values)
        for (const auto &part : split(value, ',')) {
            auto text = lower(trim(part));
            if (text.empty())
                continue;
            auto platform = builder::parse_platform(text == "local" ? "linux" : text);
            auto name = platform.os + "/" + platform.architecture;
            platforms.push_back(platform.variant.empty() ? name : name + "/" + platform.variant);
        }
    return platforms;
}

std::int64_t read_shm_size(const std::string &text) {
    if (text.empty())
        return 0;
    auto bytes = parse_bytes(text);
    if (!bytes || *bytes < 0)
        throw bad_value("--shm-size", text, fmt::format("invalid size: '{}'", printable(text)),
                        "write a number with an optional unit, such as 128m");
    return *bytes;
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
            "it is one of default, none, host");
}

} // namespace berth::build
