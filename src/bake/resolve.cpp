// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/resolve.hpp"

#include "berth/bake/relative_paths.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "glob.hpp"
#include "names.hpp"
#include "schemes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::bake {

namespace {

Strings matching_names(const Config &config, const std::string &pattern) {
    if (pattern.find_first_of("*?[]") == std::string::npos)
        return {pattern};
    Strings names;
    for (const auto &group : config.groups)
        if (match(pattern, group.name) == Match::yes)
            names.push_back(group.name);
    for (const auto &target : config.targets)
        if (match(pattern, target.name) == Match::yes)
            names.push_back(target.name);
    if (names.empty())
        throw Error(fmt::format("could not find any target matching \"{}\"", printable(pattern)),
                    ExitCode::failure, nearest_name(config, pattern));
    return names;
}

void add_all(Strings &target, const Strings &values) {
    target.insert(target.end(), values.begin(), values.end());
}

// Groups may contain each other, so a group that is already being visited adds nothing.
Members members(const Config &config, const std::string &name,
                std::map<std::string, Members> &visited) {
    if (auto found = visited.find(name); found != visited.end())
        return found->second;
    const auto *group = config.find_group(name);
    if (group == nullptr)
        return {.targets = {name}};
    visited[name] = {};
    Members result{.groups = {name}};
    for (const auto &member : group->targets.value_or(Strings())) {
        auto inner = members(config, member, visited);
        add_all(result.targets, inner.targets.empty() ? Strings{member} : inner.targets);
        add_all(result.groups, inner.groups);
    }
    // Else groups that share members, level by level, would double the list at each.
    result = {.targets = unique(result.targets), .groups = unique(result.groups)};
    visited[name] = result;
    return result;
}

class Resolver {
  public:
    Resolver(const Config &config, const Overrides &overrides, Access &access)
        : config_(config), overrides_(overrides), access_(access) {}

    Target resolve(const std::string &name) {
        std::map<std::string, std::optional<Target>> visited;
        auto target = *inherit(name, visited);
        if (!target.context)
            target.context =
                target.bases.use_fallback ? rebased(target.bases.fallback.value_or(""), ".") : ".";
        if (!target.dockerfile || target.dockerfile->empty())
            target.dockerfile = "Dockerfile";
        return target;
    }

    // Adds the targets that the contexts of `name` link to.
    void link(const std::string &name, std::map<std::string, Target> &targets, Strings path) {
        if (linked_.contains(name)) // with all that it links to, so that it is in no circle
            return;
        path.push_back(name);
        auto contexts = targets.at(name).contexts.value_or(std::map<std::string, std::string>());
        for (const auto &[context, value] : contexts) {
            if (!value.starts_with(link_scheme))
                continue;
            auto other = value.substr(link_scheme.size());
            check_path(name, other, path);
            if (!targets.contains(other)) {
                auto linked = resolve(other);
                linked.outputs = std::vector<OutputEntry>{{.type = "cacheonly"}};
                linked.linked = true;
                targets.emplace(other, std::move(linked));
            }
            link(other, targets, path);
            join(name, targets.at(name), other, targets.at(other));
        }
        linked_.insert(name);
    }

  private:
    std::optional<Target> inherit(const std::string &name,
                                  std::map<std::string, std::optional<Target>> &visited) {
        if (auto found = visited.find(name); found != visited.end())
            return found->second;
        visited[name] = {}; // of targets that inherit each other, the inner one adds nothing
        const auto *own = config_.find_target(name);
        if (own == nullptr)
            throw Error(fmt::format("failed to find target {}", printable(name)), ExitCode::failure,
                        nearest_name(config_, name));
        Target inherited, result;
        for (const auto &parent : own->inherits.value_or(Strings()))
            if (auto target = inherit(parent, visited))
                merge(inherited, *target);
        merge(result, inherited);
        merge(result, *own);
        result.name = name;
        if (auto overrides = overrides_.find(name); overrides != overrides_.end())
            apply(result, overrides->second, access_);
        normalize(result);
        result.inherits.reset();
        visited[name] = result;
        return result;
    }

    static void check_path(const std::string &name, const std::string &other, const Strings &path) {
        if (other == name)
            throw Error(fmt::format("target {} cannot link to itself", other));
        auto begin = std::find(path.begin(), path.end(), other);
        if (begin == path.end())
            return;
        Strings circle(begin, path.end());
        circle.push_back(other);
        throw Error(fmt::format("infinite loop from {} to {}", name, other), ExitCode::failure,
                    fmt::format("the contexts link {}", berth::join(circle, " → ")));
    }

    static void join(const std::string &name, Target &target, const std::string &other_name,
                     const Target &other) {
        for (const auto &entitlement : other.entitlements.value_or(Strings())) {
            if (!target.entitlements)
                target.entitlements.emplace();
            auto &own = *target.entitlements;
            if (std::find(own.begin(), own.end(), entitlement) == own.end())
                own.push_back(entitlement);
        }
        auto own = target.platforms.value_or(Strings()),
             others = other.platforms.value_or(Strings());
        if (own.size() < 2 || others.size() < 2)
            return;
        for (const auto &platform : own)
            if (std::find(others.begin(), others.end(), platform) == others.end())
                throw Error(fmt::format("target {} can't be used by {} because its platforms [{}] "
                                        "are not a subset of [{}]",
                                        other_name, name, berth::join(own, " "),
                                        berth::join(others, " ")));
    }

    const Config &config_;
    const Overrides &overrides_;
    Access &access_;
    std::set<std::string> linked_;
};

// The group `default` contains the requested names.
void add_default_group(Selection &selection, const Strings &names) {
    for (const auto &name : names) {
        auto found = selection.groups.find("default");
        if (found != selection.groups.end() && name == "default")
            continue;
        auto &group = selection.groups["default"];
        group.name = "default";
        if (!group.targets)
            group.targets.emplace();
        group.targets->push_back(name);
    }
    auto found = selection.groups.find("default");
    if (found == selection.groups.end() || !found->second.targets)
        return;
    found->second.targets = unique(*found->second.targets);
    std::sort(found->second.targets->begin(), found->second.targets->end());
}

} // namespace

Members members_of(const Config &config, const std::string &name) {
    std::map<std::string, Members> visited;
    return members(config, name, visited);
}

Selection select(const Config &config, const Strings &names, const Strings &overrides,
                 const Environment &environment, Access &access) {
    Strings wanted;
    for (const auto &name : names)
        add_all(wanted, matching_names(config, target_name_of(name)));
    wanted = unique(wanted);
    auto read = read_overrides(config, overrides, environment);
    Resolver resolver(config, read, access);
    Selection selection;
    for (const auto &name : wanted) {
        auto found = members_of(config, name);
        for (const auto &target : found.targets)
            if (!selection.targets.contains(target))
                selection.targets.emplace(target, resolver.resolve(target));
        for (const auto &group : found.groups)
            selection.groups.try_emplace(group, *config.find_group(group));
    }
    add_default_group(selection, wanted);
    Strings roots;
    for (const auto &[name, target] : selection.targets)
        roots.push_back(name);
    for (const auto &name : roots)
        resolver.link(name, selection.targets, {});
    return selection;
}

} // namespace berth::bake
