// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/differences.hpp"

#include "berth/builder/config_files.hpp"
#include "berth/builder/node.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <set>

namespace berth::builder {

namespace {

using Map = std::map<std::string, std::string>;

std::string quoted(const std::string *value) {
    return value == nullptr ? "not set" : fmt::format("\"{}\"", printable(*value));
}

std::set<std::string> keys(const Map &one, const Map &other) {
    std::set<std::string> all;
    for (const auto *map : {&one, &other})
        for (const auto &[key, value] : *map)
            all.insert(key);
    return all;
}

const std::string *value_of(const Map &map, const std::string &key) {
    auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

bool same(const std::string *one, const std::string *other) {
    return one == nullptr || other == nullptr ? one == other : *one == *other;
}

std::string names(const std::optional<std::vector<store::Platform>> &platforms) {
    std::vector<std::string> all;
    for (const auto &platform : platforms.value_or(std::vector<store::Platform>()))
        all.push_back(platform.os + "/" + platform.architecture +
                      (platform.variant.empty() ? "" : "/" + platform.variant));
    return join(all, ",");
}

class Comparison {
  public:
    void text(const char *what, const std::string &is, const std::string &wanted) {
        if (is == wanted)
            return;
        found.push_back(fmt::format("{} {}, not {}", what, is.empty() ? "not set" : quoted(&is),
                                    wanted.empty() ? "requested" : quoted(&wanted)));
    }
    void driver_options(const Map &is, const Map &wanted) {
        for (const auto &key : keys(is, wanted)) {
            const auto *left = value_of(is, key), *right = value_of(wanted, key);
            if (same(left, right))
                continue;
            bool secret = key.starts_with("env.") && left != nullptr && right != nullptr;
            auto shown = key.starts_with("env.") && left != nullptr ? "set" : quoted(left);
            found.push_back(
                fmt::format("driver option {} is {}", printable(key),
                            secret ? "another"
                                   : fmt::format("{}, not {}", shown,
                                                 right == nullptr          ? "requested"
                                                 : key.starts_with("env.") ? "the requested content"
                                                                           : quoted(right))));
        }
    }
    void files(const Map &is, const Map &wanted) {
        for (const auto &name : keys(is, wanted)) {
            const auto *left = value_of(is, name), *right = value_of(wanted, name);
            bool equal = same(left, right) || (name == config_file && left != nullptr &&
                                               right != nullptr && same_config(*left, *right));
            if (!equal)
                found.push_back(fmt::format("file {} {}", printable(name),
                                            left == nullptr    ? "is missing"
                                            : right == nullptr ? "is not requested"
                                                               : "has different content"));
        }
    }
    std::vector<std::string> found;
};

} // namespace

std::vector<std::string> differences(const store::NodeRecord &node, const store::NodeRecord &wanted,
                                     bool with_endpoint) {
    Comparison comparison;
    if (with_endpoint)
        comparison.text("endpoint is", node.endpoint, wanted.endpoint);
    comparison.driver_options(node.driver_options.value_or(Map()),
                              wanted.driver_options.value_or(Map()));
    comparison.text("platforms are", names(node.platforms), names(wanted.platforms));
    comparison.text("buildkitd flags are", join(node.flags, " "), join(wanted.flags, " "));
    comparison.text("run arguments are", join(node.run_arguments, " "),
                    join(wanted.run_arguments, " "));
    comparison.files(node.files.value_or(Map()), wanted.files.value_or(Map()));
    return comparison.found;
}

} // namespace berth::builder
