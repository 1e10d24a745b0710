// SPDX-License-Identifier: Apache-2.0
// `berth install` and `berth uninstall`: berth as a plugin of the docker CLI, for this user.
#include "berth/args/options.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/confirm.hpp"
#include "berth/cli/invocation.hpp"
#include "berth/cli/plugin_links.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::cli {

namespace {

constexpr const char *own_name = "docker-berth", *buildx_name = "docker-buildx";

struct InstallOptions {
    std::vector<std::string> arguments;
    bool buildx = false, force = false;
};

PluginLinks links(const Context &context) {
    return {store::docker_config_directory(context.environment) / "cli-plugins",
            this_program(context.program, context.environment)};
}

// Another program is replaced only with the user's consent.
bool may_replace(Context &context, const PluginLinks &links, const std::string &name) {
    return confirm(context, fmt::format("WARNING! {} is another program. berth would replace it, "
                                        "and keep it as {} until `berth uninstall`. Continue?",
                                        printable(links.path(name).string()),
                                        printable(links.kept(name).filename().string())));
}

void dry_install(Context &context, const PluginLinks &links, const std::string &name) {
    auto quoted = [](const std::filesystem::path &path) { return shell_quote(path.string()); };
    auto link = links.path(name);
    context.runner.note("mkdir -p " + quoted(link.parent_path()));
    if (links.state(name) == PluginLinks::State::other)
        context.runner.note("mv " + quoted(link) + " " + quoted(links.kept(name)));
    context.runner.note("ln -sf " + quoted(this_program(context.program, context.environment)) +
                        " " + quoted(link));
}

// docker asks a plugin this before it uses it.
void check_plugin(const Context &context, const std::filesystem::path &link) {
    process::Command command{.argv = {link.string(), metadata_word},
                             .timeout = std::chrono::seconds(10)};
    auto outcome = context.runner.run(command);
    if (!outcome.ok() || outcome.out.find("SchemaVersion") == std::string::npos)
        throw Error("the plugin does not work: " + process::describe_failure(command, outcome));
}

ExitCode run_install(Context &context, const InstallOptions &options) {
    auto plugins = links(context);
    std::vector<std::string> names = {own_name};
    if (options.buildx)
        names.emplace_back(buildx_name);
    for (const auto &name : names) {
        if (context.runner.dry()) {
            dry_install(context, plugins, name);
        } else if (plugins.state(name) == PluginLinks::State::other && !options.force &&
                   !may_replace(context, plugins, name)) {
            throw Error(fmt::format("nothing installed: {} is another program",
                                    printable(plugins.path(name).string())),
                        ExitCode::failure, "--force replaces it and keeps a copy");
        }
    }
    if (context.runner.dry())
        return ExitCode::success;
    plugins.install(names, [&](const auto &link) { check_plugin(context, link); });
    for (const auto &name : names)
        context.out << fmt::format("`docker {}` is berth now: {}\n", name.substr(7),
                                   printable(plugins.path(name).string()));
    return ExitCode::success;
}

ExitCode run_uninstall(Context &context) {
    auto plugins = links(context);
    bool any = false;
    for (const auto *name : {own_name, buildx_name}) {
        if (plugins.state(name) != PluginLinks::State::ours)
            continue;
        any = true;
        auto link = plugins.path(name);
        std::error_code none;
        bool kept = std::filesystem::exists(plugins.kept(name), none);
        if (context.runner.dry()) {
            context.runner.note("rm " + shell_quote(link.string()));
            if (kept)
                context.runner.note("mv " + shell_quote(plugins.kept(name).string()) + " " +
                                    shell_quote(link.string()));
            continue;
        }
        plugins.uninstall(name);
        context.out << printable(link.string()) << (kept ? " is restored\n" : " removed\n");
    }
    if (!any)
        context.err << "berth is not installed in " << printable(plugins.path("").string()) << '\n';
    return ExitCode::success;
}

} // namespace

void add_install(args::Command &app, Action &action) {
    auto options = std::make_shared<InstallOptions>();
    auto *command = app.add_command("install", "Install berth as a docker plugin: `docker berth`");
    args::add_switch(*command, "--buildx", options->buildx, "Also replace `docker buildx`");
    args::add_switch(*command, "-f,--force", options->force,
                     "Replace another program without asking, and keep a copy");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_install(context, *options); };
    });
}

void add_uninstall(args::Command &app, Action &action) {
    auto options = std::make_shared<InstallOptions>();
    auto *command = app.add_command("uninstall", "Undo `berth install`");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_uninstall(context); };
    });
}

} // namespace berth::cli
