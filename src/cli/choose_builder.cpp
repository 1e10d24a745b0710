// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/choose_builder.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::cli {

namespace {

ChosenBuilder context_builder(const std::string &name) {
    ChosenBuilder builder;
    builder.record.name = name;
    builder.record.driver = "docker";
    builder.record.nodes.push_back({.name = name, .endpoint = name});
    builder.from_context = true;
    return builder;
}

[[noreturn]] void no_such_builder(const Context &context, const std::string &name) {
    std::vector<std::string> names;
    for (const auto &record : context.store().list())
        names.push_back(record.name);
    auto near = nearest(name, names);
    throw Error(fmt::format("no builder \"{}\" found", printable(name)), ExitCode::no_such_builder,
                near.empty() ? "`berth ls` lists builders, `berth create --name NAME` creates one"
                             : fmt::format("did you mean {}? `berth ls` lists builders", near));
}

} // namespace

ChosenBuilder choose_builder(const Context &context, const std::string &name) {
    auto store = context.store();
    auto contexts = context.docker_contexts();
    contexts.check_current();
    auto wanted = name;
    if (wanted.empty())
        wanted = context.builder;
    if (wanted.empty())
        wanted = context.environment.get("BUILDX_BUILDER");
    bool asked_for = !wanted.empty();
    if (!asked_for)
        wanted = store.current(contexts.current_endpoint());
    if (!wanted.empty()) {
        if (auto record = store.find(wanted))
            return {.record = *std::move(record)};
        if (asked_for && contexts.find(wanted))
            return context_builder(wanted);
        no_such_builder(context, wanted);
    }
    return context_builder(contexts.current_name());
}

const store::NodeRecord &container_node(const ChosenBuilder &builder) {
    const auto &record = builder.record;
    if (record.driver == "docker")
        throw Error(fmt::format("docker context \"{}\" has no builder container yet", record.name),
                    ExitCode::builder_unavailable, "its first build creates one");
    if (record.driver != "docker-container" && record.driver != "remote")
        throw Error(
            fmt::format("builder \"{}\" has the driver {}, and berth knows docker-container "
                        "and remote",
                        record.name, printable(record.driver)),
            ExitCode::builder_unavailable, "`berth ls` lists the builders");
    if (record.nodes.empty())
        throw Error(fmt::format("builder \"{}\" has no nodes", record.name),
                    ExitCode::builder_unavailable,
                    fmt::format("`berth rm {}`, then create it again", record.name));
    return record.nodes.front();
}

namespace {

std::unique_ptr<progress::Display> boot_display(const Context &context) {
    // Like docker buildx: the variable must have a valid value.
    progress::parse_mode(context.environment.get("BUILDKIT_PROGRESS", "auto"));
    return progress::make_display(progress::Mode::automatic, context.err,
                                  context.display_options());
}

} // namespace

void draw_on(std::unique_ptr<progress::Display> display,
             const std::function<void(progress::Display &)> &work) {
    try {
        work(*display);
    } catch (const std::exception &) {
        display->finish();
        throw;
    }
    display->finish();
}

void draw_boot(const Context &context, const std::function<void(progress::Display &)> &work) {
    draw_on(boot_display(context), work);
}

void boot_nodes(const Context &context, const store::BuilderRecord &record,
                std::chrono::milliseconds timeout) {
    auto workers = context.worker_cache();
    draw_boot(context, [&](progress::Display &display) {
        for (const auto &node : record.nodes)
            builder::boot(context.docker(node), node, display,
                          context.surroundings(workers, node.endpoint, timeout));
    });
}

} // namespace berth::cli
