// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/platform.hpp"

#include "berth/util/error.hpp"
#include "berth/util/own_architecture.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::builder {

namespace {

constexpr std::array known_systems = {
    "aix",   "android", "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios", "js",
    "linux", "nacl",    "netbsd", "openbsd",   "plan9",   "solaris", "windows", "zos"};
constexpr std::array known_architectures = {
    "386",     "amd64",   "amd64p32", "arm",    "armbe",  "arm64",    "arm64be",   "ppc64",
    "ppc64le", "loong64", "mips",     "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le",
    "ppc",     "riscv",   "riscv64",  "s390",   "s390x",  "sparc",    "sparc64",   "wasm"};

template<typename Words>
bool contains(const Words &words, std::string_view word) {
    for (std::string_view each : words)
        if (each == word)
            return true;
    return false;
}

// Replaces other names of an architecture, which may imply a variant.
void normalize(store::Platform &platform) {
    auto &[architecture, system, variant, version, features] = platform;
    if (architecture == "x86_64" || architecture == "x86-64")
        architecture = "amd64";
    else if (architecture == "i386")
        architecture = "386";
    else if (architecture == "aarch64")
        architecture = "arm64";
    else if (architecture == "armhf" || architecture == "armel") {
        variant = architecture == "armhf" ? "v7" : "v6";
        architecture = "arm";
    }
    if (architecture == "arm" && (variant.empty() || variant == "7"))
        variant = "v7";
    else if (architecture == "arm" && variant.size() == 1)
        variant.insert(0, "v");
    if ((architecture == "amd64" && variant == "v1") ||
        (architecture == "arm64" && (variant == "v8" || variant == "8")))
        variant.clear();
    if (system == "macos")
        system = "darwin";
}

constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

bool is_name(std::string_view text) {
    return !text.empty() && text.find_first_not_of(name_characters) == std::string_view::npos;
}

// Removes `(VERSION+FEATURE…)` from the end of a system's name; false if it is malformed.
bool take_system_version(std::string &system, store::Platform &platform) {
    auto open = system.find('(');
    if (open == std::string::npos)
        return true;
    if (!system.ends_with(')'))
        return false;
    auto parts = split(std::string_view(system).substr(open + 1, system.size() - open - 2), '+');
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (!is_name(parts[i]) && !(i == 0 && parts[i].empty()))
            return false;
    platform.os_version = parts.front();
    platform.os_features.assign(parts.begin() + 1, parts.end());
    system.resize(open);
    return true;
}

} // namespace

store::Platform parse_platform(std::string_view text) {
    auto parts = split(lower(text) == "local" ? "linux" : text, '/');
    auto fail = [&] {
        return usage_error(fmt::format("\"{}\": cannot parse platform specifier", printable(text)),
                           "write OS/ARCH or OS/ARCH/VARIANT, for example linux/arm64");
    };
    store::Platform platform;
    if (!take_system_version(parts.front(), platform))
        throw fail();
    for (auto &part : parts) {
        if (!is_name(part))
            throw fail();
        part = lower(part);
    }
    if (parts.size() == 1) {
        bool is_system = contains(known_systems, parts[0]) || parts[0] == "macos";
        platform.os = is_system ? parts[0] : "linux";
        platform.architecture = is_system ? own_architecture : parts[0];
        normalize(platform);
        if (!is_system && !contains(known_architectures, platform.architecture))
            throw fail();
        return platform;
    }
    if (parts.size() > 3)
        throw fail();
    platform.os = parts[0];
    platform.architecture = parts[1];
    if (parts.size() == 3)
        platform.variant = parts[2];
    normalize(platform);
    return platform;
}

store::Platform normal_platform(store::Platform platform) {
    platform.os = platform.os.empty() ? "linux" : lower(platform.os);
    platform.architecture = lower(platform.architecture);
    platform.variant = lower(platform.variant);
    normalize(platform);
    return platform;
}

std::optional<std::vector<store::Platform>>
parse_platforms(const std::vector<std::string> &values) {
    if (values.empty())
        return std::nullopt;
    std::vector<store::Platform> platforms;
    for (const auto &value : values)
        for (const auto &part : split(value, ','))
            platforms.push_back(parse_platform(part));
    return platforms;
}

std::string format_platform(const store::Platform &platform) {
    auto text = platform.os;
    if (!platform.os_version.empty() || !platform.os_features.empty()) {
        text += "(" + platform.os_version;
        for (const auto &feature : platform.os_features)
            text += "+" + feature;
        text += ")";
    }
    text += "/" + platform.architecture;
    return platform.variant.empty() ? text : text + "/" + platform.variant;
}

} // namespace berth::builder
