#include "berth/build/arguments.hpp"

#include "berth/build/attestations.hpp"
#include "berth/build/call.hpp"
#include "berth/build/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

namespace berth::build {

namespace {

// KEY=VALUE apart; a KEY alone takes its value from the environment, and is none when unset there.
struct KeyValue {
    std::string key;
    std::optional<std::string> value;
};

KeyValue read_pair(const std::string &text) {
    auto equals = text.find('=');
    KeyValue pair{text.substr(0, equals), std::nullopt};
    if (pair.key.empty())
        throw usage_error(fmt::format("invalid key-value pair \"{}\": empty key", printable(text)));
    if (equals != std::string::npos)
        pair.value = text.substr(equals + 1);
    return pair;
}

// `host:ip` or `host=ip` (an address may have colons) in the form the frontend wants.
std::string read_host(const std::string &text) {
    auto at = text.find('=');
    if (at == std::string::npos)
        at = text.find(':');
    if (at == std::string::npos || at == 0 || at + 1 == text.size())
        throw usage_error(fmt::format("invalid argument \"{}\" for \"--add-host\" flag: bad format "
                                      "for add-host",
                                      printable(text)),
                          "write HOST:IP");
    auto address = text.substr(at + 1);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    if (address != "host-gateway" &&
        address.find_first_not_of("0123456789abcdefABCDEF.:") != std::string::npos)
        throw usage_error(fmt::format("invalid argument \"{}\" for \"--add-host\" flag: invalid IP "
                                      "address in add-host: \"{}\"",
                                      printable(text), printable(address)),
                          "write HOST:IP");
    return text.substr(0, at) + "=" + address;
}

// os[/arch[/variant]], as containerd/platforms reads it: letters, digits, `_`, `-`, `.`.
void check_platform(const std::string &platform) {
    auto parts = split(platform, '/');
    bool good = parts.size() <= 3;
    for (const auto &part : parts)
        good = good && !part.empty() &&
               part.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789_.-()") == std::string::npos;
    if (!good)
        throw usage_error(
            fmt::format("\"{}\": cannot parse platform specifier", printable(platform)),
            "write OS/ARCH or OS/ARCH/VARIANT, such as linux/arm64");
}

std::vector<std::string> read_platforms(const std::vector<std::string> &values) {
    std::vector<std::string> platforms;
    for (const auto &value : values)
        for (const auto &part : split(value, ',')) {
            auto platform = std::string(trim(part));
            if (platform.empty() || platform == "local") // the builder's own
                continue;
            check_platform(platform);
            platforms.push_back(platform);
        }
    return platforms;
}

std::int64_t read_shm_size(const std::string &text) {
    auto bytes = parse_bytes(text);
    if (!bytes || *bytes < 0)
        throw usage_error(fmt::format("invalid argument \"{}\" for \"--shm-size\" flag: invalid "
                                      "size: '{}'",
                                      printable(text), printable(text)),
                          "write a number with an optional unit, such as 128m");
    return *bytes;
}

// `type=soft[:hard]`.
void check_ulimit(const std::string &text) {
    auto pair = read_pair(text);
    auto limits = split(pair.value.value_or(""), ':');
    bool good = pair.value.has_value() && limits.size() <= 2;
    for (const auto &limit : limits)
        good = good && parse_integer(limit).value_or(-2) >= -1;
    if (!good)
        throw usage_error(
            fmt::format("invalid argument \"{}\" for \"--ulimit\" flag: invalid ulimit "
                        "argument",
                        printable(text)),
            "write TYPE=SOFT[:HARD], such as nofile=1024:2048");
}

void check_network(const std::string &mode) {
    if (!mode.empty() && mode != "default" && mode != "host" && mode != "none")
        throw usage_error(
            fmt::format("network mode \"{}\" not supported by buildkit - you can define "
                        "a custom network for your builder using the network driver-opt",
                        printable(mode)),
            "it is one of default, none, host");
}

void add_named_contexts(std::vector<std::string> &arguments, const BuildOptions &options,
                        const BuildPlaces &places) {
    for (const auto &text : options.build_contexts) {
        auto [name, value] = read_named_context(text);
        auto folder = places.named.find(name);
        if (folder != places.named.end()) {
            const auto &[path, slot] = folder->second;
            arguments.insert(arguments.end(), {"--local", name + "=" + path});
            if (!slot.empty())
                arguments.insert(arguments.end(),
                                 {"--local", fmt::format("{}-{}={}", slot, name, path), //
                                  "--opt", fmt::format("local-sessionid:{}={}:", name, slot)});
            value = "local:" + name;
        }
        arguments.insert(arguments.end(), {"--opt", "context:" + name + "=" + value});
    }
}

} // namespace

NamedContext read_named_context(const std::string &text) {
    auto [name, value] = read_pair(text);
    if (!value || value->empty())
        throw usage_error(
            fmt::format("invalid context value: {}, expected key=value", printable(text)),
            "write --build-context NAME=FOLDER or NAME=docker-image://IMAGE");
    return {.name = lower(name) == name ? name : lower(name), .value = *value};
}

void check_options(const BuildOptions &options) {
    for (const auto &tag : options.tags)
        check_tag(tag);
    for (const auto &pair : options.build_args)
        read_pair(pair);
    for (const auto &pair : options.labels)
        read_pair(pair);
    for (const auto &host : options.add_hosts)
        read_host(host);
    read_platforms(options.platforms);
    if (!options.shm_size.empty())
        read_shm_size(options.shm_size);
    for (const auto &ulimit : options.ulimits)
        check_ulimit(ulimit);
    check_network(options.network);
    check_call(options.call);
    for (const auto &text : options.build_contexts)
        read_named_context(text);
    if (options.no_cache && !options.no_cache_filter.empty())
        throw usage_error("--no-cache and --no-cache-filter cannot currently be used together");
}

std::vector<std::string> build_arguments(const BuildOptions &options, const BuildPlaces &places,
                                         const Environment &environment, bool attestations) {
    std::vector<std::string> arguments = {"buildctl", "build", "--frontend", "dockerfile.v0"};
    auto add = [&arguments](const std::string &flag, const std::string &value) {
        arguments.push_back(flag);
        arguments.push_back(value);
    };
    auto opt = [&add](const std::string &key, const std::string &value) {
        add("--opt", key + "=" + value);
    };
    auto opt_unless_empty = [&opt](const std::string &key, const std::string &value) {
        if (!value.empty())
            opt(key, value);
    };

    if (places.url.empty()) {
        add("--local", "context=" + places.context);
        add("--local", "dockerfile=" + places.dockerfile_directory);
    } else {
        opt("context", places.url);
        if (!places.dockerfile_directory.empty()) {
            add("--local", "dockerfile=" + places.dockerfile_directory);
            opt("dockerfilekey", "dockerfile");
        }
    }
    opt("filename", places.file_name);
    add_named_contexts(arguments, options, places);
    opt_unless_empty("target", options.target);
    for (const auto &text : options.build_args) {
        auto [key, value] = read_pair(text);
        if (!value)
            value = environment.find(key);
        if (value)
            opt("build-arg:" + key, *value);
    }
    for (const auto &text : options.labels) {
        auto [key, value] = read_pair(text);
        opt("label:" + key, value.value_or(""));
    }
    opt_unless_empty("platform", join(read_platforms(options.platforms), ","));
    if (options.no_cache)
        opt("no-cache", "");
    opt_unless_empty("no-cache", join(options.no_cache_filter, ","));
    if (options.pull)
        opt("image-resolve-mode", "pull");
    std::vector<std::string> hosts;
    for (const auto &host : options.add_hosts)
        hosts.push_back(read_host(host));
    opt_unless_empty("add-hosts", join(hosts, ","));
    if (options.network == "host" || options.network == "none")
        opt("force-network-mode", options.network);
    if (!options.shm_size.empty())
        opt("shm-size", std::to_string(read_shm_size(options.shm_size)));
    opt_unless_empty("ulimit", join(options.ulimits, ","));
    opt_unless_empty("cgroup-parent", options.cgroup_parent);
    auto attests = read_attestations(options.attests);
    if (attestations)
        attests.try_emplace("provenance", "mode=min,inline-only=true");
    for (const auto &[type, value] : attests)
        if (value)
            opt("attest:" + type, *value);
    if (!options.call.empty()) {
        opt("requestid", "frontend." + (options.call == "check" ? "lint" : options.call));
        opt("frontend.caps", "moby.buildkit.frontend.subrequests");
    }
    if (options.network == "host")
        add("--allow", "network.host");
    for (const auto &entitlement : options.allow)
        add("--allow", entitlement);
    return arguments;
}

} // namespace berth::build
