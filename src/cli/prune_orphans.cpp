// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/prune_orphans.hpp"

#include "berth/builder/orphans.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/confirm.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::cli {

namespace {

struct Engine {
    docker::Docker docker;
    builder::Orphans orphans = {};
};

std::vector<Engine> engines(Context &context) {
    std::vector<Engine> result;
    std::set<std::string> seen;
    for (const auto &node : choose_builder(context).record.nodes) {
        auto docker = context.docker(node); // of a remote builder: the engine in use
        if (seen.insert(docker.endpoint()).second)
            result.push_back({.docker = std::move(docker)});
    }
    return result;
}

std::set<std::string> known_nodes(Context &context) {
    std::vector<std::string> broken;
    auto records = context.store().list(&broken);
    if (!broken.empty())
        throw Error(fmt::format("cannot determine which nodes are orphans: {}", broken.front()),
                    ExitCode::failure, "`berth rm NAME` removes a builder whose file is broken");
    return builder::known_nodes(records);
}

// Queries the engines before the store. A builder is stored before its containers are created, so a
// builder that is being created does not look like an orphan.
void find_orphans(Context &context, std::vector<Engine> &found) {
    std::vector<process::Command> commands;
    for (const auto &engine : found)
        for (auto &command : builder::orphan_commands(engine.docker))
            commands.push_back(std::move(command));
    auto outcomes = context.runner.run_all(commands);
    auto known = known_nodes(context);
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i].orphans = builder::find_orphans(
            docker::Docker::read_container_list(commands[2 * i], outcomes[2 * i]),
            docker::Docker::read_volume_list(commands[2 * i + 1], outcomes[2 * i + 1]), known);
}

void print_found(Context &context, const std::vector<Engine> &found) {
    for (const auto &engine : found) {
        for (const auto &container : engine.orphans.containers)
            context.out << fmt::format("container {} ({})\n", container.name,
                                       printable(container.status));
        for (const auto &volume : engine.orphans.volumes)
            context.out << fmt::format("volume {}\n", volume);
    }
}

// Removes one object. If docker refuses (for example because it is in use), the reason is printed
// and the rest continues.
template<class Function>
bool removed(Context &context, const char *kind, const std::string &name, Function function) {
    try {
        if (function(name) && !context.runner.dry())
            context.err << kind << ' ' << name << " removed\n";
        return true;
    } catch (const Error &error) {
        if (error.code() != ExitCode::failure)
            throw;
        context.err << "WARNING: " << kind << ' ' << name << " is kept: " << error.what() << '\n';
        return false;
    }
}

ExitCode remove_found(Context &context, const std::vector<Engine> &found) {
    // A builder may have been created during the question.
    auto known = known_nodes(context);
    bool all = true;
    for (const auto &engine : found) {
        auto orphans =
            builder::find_orphans(engine.orphans.containers, engine.orphans.volumes, known);
        for (const auto &container : orphans.containers) {
            context.cancellation.check();
            all &= removed(context, "container", container.name, [&](const std::string &name) {
                return engine.docker.remove_container(name);
            });
        }
        for (const auto &volume : orphans.volumes) {
            context.cancellation.check();
            all &= removed(context, "volume", volume, [&](const std::string &name) {
                return engine.docker.remove_volume(name);
            });
        }
    }
    return all ? ExitCode::success : ExitCode::failure;
}

} // namespace

ExitCode prune_orphans(Context &context, bool force) {
    auto found = engines(context);
    find_orphans(context, found);
    bool any = false;
    for (const auto &engine : found)
        any |= !engine.orphans.empty();
    if (!any) {
        context.err << "no orphans found\n";
        return ExitCode::success;
    }
    if (context.runner.dry())
        return remove_found(context, found);
    print_found(context, found);
    if (!force &&
        !confirm(context, fmt::format("WARNING! This will remove the containers and the build "
                                      "cache above, which no builder in {} owns. Are you sure you "
                                      "want to continue?",
                                      printable(context.store().directory().string()))))
        return ExitCode::success;
    return remove_found(context, found);
}

} // namespace berth::cli
