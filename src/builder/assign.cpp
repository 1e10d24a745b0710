// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/assign.hpp"

#include "berth/builder/platform.hpp"
#include "berth/util/strings.hpp"

#include <algorithm>
#include <utility>

namespace berth::builder {

namespace {

using store::Platform;
using Platforms = std::vector<Platform>;

bool has_features(const Platform &machine, const Platform &platform) {
    return std::all_of(platform.os_features.begin(), platform.os_features.end(),
                       [&machine](const auto &feature) {
                           return std::find(machine.os_features.begin(), machine.os_features.end(),
                                            feature) != machine.os_features.end();
                       });
}

bool is_same(const Platform &machine, const Platform &platform) {
    bool same_version = machine.os != "windows" || machine.os_version.empty() ||
                        platform.os_version.empty() || machine.os_version == platform.os_version;
    return machine.os == platform.os && machine.architecture == platform.architecture &&
           machine.variant == platform.variant && same_version && has_features(machine, platform);
}

Platform with(const Platform &machine, const char *architecture, const std::string &variant) {
    auto platform = machine;
    platform.architecture = architecture;
    platform.variant = variant;
    return normal_platform(platform);
}

// Versions below `version`, for example v7, v6 and v5 of arm/v8.
void add_older(Platforms &platforms, const Platform &machine, const char *architecture,
               long long version, long long oldest) {
    for (; version >= oldest; --version)
        platforms.push_back(with(machine, architecture, "v" + std::to_string(version)));
}

// v9.2 is v9.2, v9.1, v9, v8.7, … v8.
void add_arm64(Platforms &platforms, const Platform &machine, const std::string &variant) {
    auto parts = split(variant, '.');
    auto minor = parse_integer(parts.size() > 1 ? parts[1] : "0").value_or(-1);
    constexpr long long most_minor = 9, v9_includes = 5;
    bool known = (parts[0] == "v8" || parts[0] == "v9") && minor >= 0 && minor <= most_minor;
    auto add = [&](const char *major, long long first) {
        for (auto i = first; i >= 0; --i)
            platforms.push_back(
                with(machine, "arm64", i == 0 ? major : major + ("." + std::to_string(i))));
    };
    if (known && parts[0] == "v9") {
        add("v9", minor);
        minor = std::min(minor + v9_includes, most_minor);
    }
    if (known)
        add("v8", minor);
    bool runs_arm = parts[0] == "v8" || parts[0] == "v9";
    if (runs_arm)
        add_older(platforms, machine, "arm", 8, 5);
}

// What a machine runs, the best first (https://github.com/containerd/platforms, Only).
Platforms runs(const Platform &given) {
    auto machine = normal_platform(given);
    auto version =
        machine.variant.starts_with('v') ? parse_integer(machine.variant.substr(1)).value_or(0) : 0;
    Platforms platforms;
    if (machine.architecture == "arm64") {
        add_arm64(platforms, machine, machine.variant.empty() ? "v8" : machine.variant);
        return platforms;
    }
    platforms.push_back(machine);
    constexpr long long newest = 64; // of a hostile record
    version = std::min(version, newest);
    if (machine.architecture == "amd64") {
        add_older(platforms, machine, "amd64", version - 1, 1);
        platforms.push_back(with(machine, "386", ""));
    } else if (machine.architecture == "arm") {
        add_older(platforms, machine, "arm", version - 1, 5);
    }
    return platforms;
}

// The place of a platform among those that a machine runs; their number when it does not.
std::size_t rank(const Platforms &machine_runs, const Platform &platform) {
    auto found = std::find_if(machine_runs.begin(), machine_runs.end(),
                              [&](const auto &one) { return is_same(one, platform); });
    return static_cast<std::size_t>(found - machine_runs.begin());
}

// Is a platform that a worker reports its own machine's, and not emulated?
bool is_native(const Platforms &worker, const Platform &platform) {
    auto own = normal_platform(worker.front()), other = normal_platform(platform);
    auto all = runs(own);
    return (own.os == other.os && own.architecture == other.architecture) ||
           rank(all, other) < all.size();
}

Platforms candidates(const NodePlatforms &node, bool native) {
    auto platforms = node.pinned;
    for (const auto &platform : node.worker)
        if (!native || is_native(node.worker, platform))
            platforms.push_back(platform);
    return platforms;
}

std::optional<std::size_t> best_node(const std::vector<NodePlatforms> &nodes,
                                     const Platform &wanted, bool native) {
    std::optional<std::size_t> best;
    Platform best_platform;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (const auto &machine : candidates(nodes[i], native)) {
            auto all = runs(machine);
            auto place = rank(all, wanted);
            if (place == all.size() || (best && place >= rank(all, best_platform)))
                continue;
            best = i;
            best_platform = normal_platform(machine);
        }
    return best;
}

// In the order in which the nodes come up.
void add(std::vector<Share> &shares, std::size_t node, const Platform &platform) {
    auto known = std::find_if(shares.begin(), shares.end(),
                              [node](const Share &share) { return share.node == node; });
    if (known == shares.end())
        known = shares.insert(shares.end(), {.node = node});
    known->platforms.push_back(platform);
}

} // namespace

std::optional<std::vector<Share>> assign_pinned(const std::vector<NodePlatforms> &nodes,
                                                const std::vector<store::Platform> &platforms) {
    std::vector<Share> shares;
    for (const auto &platform : platforms) {
        auto wanted = normal_platform(platform);
        auto found = std::find_if(nodes.begin(), nodes.end(), [&wanted](const auto &node) {
            return std::any_of(node.pinned.begin(), node.pinned.end(), [&wanted](const auto &one) {
                return is_same(normal_platform(one), wanted);
            });
        });
        if (found == nodes.end())
            return std::nullopt;
        add(shares, static_cast<std::size_t>(found - nodes.begin()), platform);
    }
    if (shares.empty())
        shares.emplace_back();
    return shares;
}

std::vector<Share> assign_platforms(const std::vector<NodePlatforms> &nodes,
                                    const std::vector<store::Platform> &platforms) {
    std::vector<Share> shares;
    for (const auto &platform : platforms) {
        auto wanted = normal_platform(platform);
        auto node = best_node(nodes, wanted, true);
        if (!node)
            node = best_node(nodes, wanted, false);
        add(shares, node.value_or(0), platform);
    }
    if (shares.empty())
        shares.emplace_back();
    return shares;
}

} // namespace berth::builder
