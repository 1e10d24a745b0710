// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/context_builder.hpp"

#include "berth/builder/context_builder.hpp"
#include "berth/cli/create_options.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::cli {

namespace {

store::DockerContext docker_context(const Context &context, const std::string &name) {
    auto found = context.docker_contexts().find(name);
    if (!found)
        throw Error(fmt::format("no docker context {}", printable(name)), ExitCode::no_such_builder,
                    "`docker context ls` lists the contexts");
    return *std::move(found);
}

} // namespace

std::string build_builder_name(const Context &context, const ChosenBuilder &chosen) {
    return chosen.from_context
               ? builder::context_builder_name(docker_context(context, chosen.record.name))
               : chosen.record.name;
}

std::optional<ChosenBuilder> find_build_builder(const Context &context,
                                                const ChosenBuilder &chosen) {
    if (!chosen.from_context)
        return chosen;
    auto record = context.store().find(build_builder_name(context, chosen));
    if (!record)
        return std::nullopt;
    return ChosenBuilder{.record = *std::move(record), .for_context = true};
}

namespace {

ChosenBuilder create(Context &context, const std::string &name, progress::Display &display) {
    auto docker = context.docker(name);
    auto record = builder::plan_context_builder(docker_context(context, name), docker.info(),
                                                default_config_file(context));
    if (context.runner.dry())
        return {.record = std::move(record), .for_context = true};
    auto workers = context.worker_cache();
    const auto &node = record.nodes.front();
    builder::boot(context.docker(node.endpoint), node, display,
                  context.surroundings(workers, node.endpoint));
    context.store().begin().save(record);
    return {.record = std::move(record), .for_context = true};
}

} // namespace

ChosenBuilder make_build_builder(Context &context, const ChosenBuilder &chosen, progress::Mode mode,
                                 progress::Display &display) {
    if (auto found = find_build_builder(context, chosen))
        return *std::move(found);
    auto name = build_builder_name(context, chosen);
    using progress::Mode;
    if (mode != Mode::quiet && mode != Mode::none && mode != Mode::rawjson)
        context.err << fmt::format("Creating builder {} for builds of docker context {} (`berth rm "
                                   "{}` removes it)\n",
                                   name, printable(chosen.record.name), name)
                    << std::flush;
    try {
        return create(context, chosen.record.name, display);
    } catch (const std::exception &) {
        display.finish();
        throw;
    }
}

void build_as_engine(job::BuildOptions &build) {
    build.local_images = build.local_images || !build.pull;
    build.image_to_engine = true;
}

} // namespace berth::cli
