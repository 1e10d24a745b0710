// SPDX-License-Identifier: Apache-2.0
// `berth ensure`: creates the requested builder if it does not exist, for Makefiles and CI.
#include "berth/args/line.hpp"
#include "berth/args/options.hpp"
#include "berth/builder/differences.hpp"
#include "berth/cli/builders_file.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/create_options.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::cli {

namespace {

struct EnsureOptions {
    CreateOptions create;
    std::string file;
    bool recreate = false;
    std::vector<std::string> given; // the flags on the command line
};

void tell(Context &context, const std::string &name, const char *what) {
    context.err << name << ": " << what << '\n';
    if (!context.runner.dry())
        context.out << name << '\n';
}

// How the builder differs from the request.
std::vector<std::string> differences(const store::BuilderRecord &record,
                                     const store::NodeRecord &wanted,
                                     const builder::CreateRequest &request) {
    if (record.driver != "docker-container")
        return {fmt::format("its driver is {}", printable(record.driver))};
    if (record.nodes.size() != 1)
        return {fmt::format("it has {} nodes, not one", record.nodes.size())};
    if (!request.node.empty() && lower(request.node) != record.nodes.front().name)
        return {fmt::format("its node is {}, not {}", record.nodes.front().name,
                            printable(request.node))};
    return builder::differences(record.nodes.front(), wanted, request.endpoint_given);
}

// Stored first: a failed boot restores the old record and the old container.
void recreate(Context &context, const CreateOptions &options, const store::BuilderRecord &before,
              store::NodeRecord wanted) {
    auto after = before;
    if (before.driver != "docker-container" || before.nodes.size() != 1 ||
        (!options.request.node.empty() && lower(options.request.node) != before.nodes[0].name))
        throw Error(fmt::format("builder {} has different nodes or another driver, and cannot be "
                                "recreated in place",
                                before.name),
                    ExitCode::differs, fmt::format("run `berth rm {}` first", before.name));
    const auto &old = before.nodes.front();
    bool moves = wanted.endpoint != old.endpoint;
    after.nodes.front() = wanted;
    auto save = [&context](const store::BuilderRecord &record) {
        if (!context.runner.dry())
            context.store().begin().save(record);
    };
    auto workers = context.worker_cache();
    save(after);
    try {
        draw_boot(context, [&](progress::Display &display) {
            builder::replace(context.docker(wanted.endpoint), wanted, options.bootstrap, display,
                             context.surroundings(workers, wanted.endpoint, boot_timeout(options)));
        });
    } catch (const std::exception &) {
        save(before);
        throw;
    }
    if (moves) // the cache stays where it was: it cannot move to another engine
        builder::remove(context.docker(old.endpoint), old, true, false);
}

void ensure(Context &context, const CreateOptions &options, bool may_recreate) {
    auto timeout = boot_timeout(options);
    auto request = complete_request(context, options);
    auto name = store::validate_name(request.name);
    auto store = context.store();
    auto found = store.find(name);
    if (!found) {
        try {
            create_builder(context, options);
            return tell(context, name, "created");
        } catch (const Error &) {
            // Another process may have created it meanwhile: then it is there.
            found = store.find(name);
            if (!found)
                throw;
        }
    }
    auto node_name = found->nodes.size() == 1 ? found->nodes.front().name : name + "0";
    auto wanted = builder::plan_node(request, node_name);
    if (!request.endpoint_given && !found->nodes.empty())
        wanted.endpoint = found->nodes.front().endpoint;
    auto different = differences(*found, wanted, request);
    if (!different.empty() && !may_recreate)
        throw Error(
            fmt::format("builder {} exists with other settings: {}", name, join(different, "; ")),
            ExitCode::differs, "add --recreate to replace its container and keep its cache");
    if (!different.empty())
        recreate(context, options, *found, wanted);
    else if (options.bootstrap)
        boot_nodes(context, *found, timeout);
    if (options.use)
        use_builder(context, found->name);
    tell(context, name, different.empty() ? "unchanged" : "recreated");
}

std::vector<CreateOptions> builders_of(const EnsureOptions &options) {
    if (options.file.empty()) {
        if (options.create.request.name.empty())
            throw usage_error("ensure requires a builder name", "add --name NAME");
        return {options.create};
    }
    for (const auto &flag : options.given)
        if (flag != "--file" && flag != "--recreate" && flag != "--bootstrap")
            throw usage_error(fmt::format("{} cannot be used with --file", flag),
                              "set it in the file, for the builder it applies to");
    auto builders = read_builders_file(options.file);
    for (auto &builder : builders)
        builder.bootstrap = builder.bootstrap || options.create.bootstrap;
    return builders;
}

// Checks everything before it changes anything.
ExitCode run_ensure(Context &context, const EnsureOptions &options) {
    auto builders = builders_of(options);
    for (auto &builder : builders) {
        if (builder.driver.empty()) // whatever BUILDKIT_HOST says
            builder.driver = "docker-container";
        if (builder.driver == "remote")
            throw usage_error("ensure makes builders of the driver docker-container alone",
                              "`berth create --driver remote` makes a remote one");
        boot_timeout(builder);
        auto request = complete_request(context, builder);
        builder::plan_node(request, store::validate_name(request.name));
    }
    // Continues after a failure; the exit code is that of the first one.
    auto code = ExitCode::success;
    for (const auto &builder : builders) {
        try {
            ensure(context, builder, options.recreate);
        } catch (const Error &error) {
            if (error.code() == ExitCode::cancelled || builders.size() == 1)
                throw;
            context.err << "ERROR: " << error.what() << (error.hint().empty() ? "" : "; ")
                        << error.hint() << '\n';
            if (code == ExitCode::success)
                code = error.code();
        }
    }
    return code;
}

} // namespace

void add_ensure(args::Command &app, Action &action) {
    auto options = std::make_shared<EnsureOptions>();
    auto *command = app.add_command("ensure", "Create a builder if it does not exist");
    add_create_flags(*command, options->create);
    args::add_value(*command, "-f,--file", options->file,
                    "Read builders from a file of [builder.NAME] tables")
        .type("FILE");
    args::add_switch(*command, "--recreate", options->recreate,
                     "Replace the container if settings differ, keep the cache");
    command->callback([&action, options](const args::Line &line) {
        for (const auto &[option, value] : line.options)
            if (!option->inherited)
                options->given.push_back(option->long_name());
        action = [options](Context &context) { return run_ensure(context, *options); };
    });
}

} // namespace berth::cli
