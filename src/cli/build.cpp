// `berth build`: flags to build::BuildOptions, the builder's node, and the display.
#include "berth/build/build.hpp"

#include "berth/build/attestations.hpp"
#include "berth/build/call.hpp"
#include "berth/build/environment_options.hpp"
#include "berth/build/flag_values.hpp"
#include "berth/build/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/legacy_build_flags.hpp"
#include "berth/cli/options.hpp"
#include "berth/progress/descriptor_display.hpp"
#include "berth/progress/display.hpp"
#include "berth/store/proxies.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

namespace berth::cli {

namespace {

struct BuildCommandOptions {
    build::BuildOptions build;
    std::vector<std::string> arguments;
    std::string progress, progress_fd, provenance, sbom;
    bool quiet = false, check = false;
    LegacyBuildFlags legacy;
};

void add_flags(CLI::App &app, BuildCommandOptions &options) {
    auto &build = options.build;
    add_repeated(app, "--add-host", build.add_hosts, "Add a custom host-to-IP mapping")
        ->type_name("HOST:IP");
    add_repeated(app, "--allow", build.allow, "Allow an extra privileged entitlement")
        ->type_name("ENTITLEMENT");
    add_repeated(app, "--annotation", build.annotations, "Add annotation to the image")
        ->type_name("[TYPE:]KEY=VALUE");
    add_repeated(app, "--attest", build.attests,
                 "Attestation parameters (type=sbom,generator=IMAGE)")
        ->type_name("ATTESTATION");
    add_repeated(app, "--build-arg", build.build_args, "Set a build-time variable")
        ->type_name("ARG=VALUE");
    add_repeated(app, "--build-context", build.build_contexts, "Additional build contexts")
        ->type_name("NAME=CONTEXT");
    add_repeated(app, "--cache-from", build.cache_from, "External cache sources")
        ->type_name("CACHE-SOURCE");
    add_repeated(app, "--cache-to", build.cache_to, "Cache export destinations")
        ->type_name("CACHE-TARGET");
    add_value(app, "--call", build.call, "Look at the Dockerfile instead of building it")
        ->type_name("check|outline|targets[,format=json]");
    add_value(app, "--cgroup-parent", build.cgroup_parent,
              "Parent cgroup for the RUN instructions during build")
        ->type_name("GROUP");
    add_switch(app, "--check", options.check, "Shorthand for --call=check");
    add_value(app, "--deps", build.deps_file,
              "Write a make rule with the files the build depends on")
        ->type_name("FILE");
    add_value(app, "-f,--file", build.file, "Name of the Dockerfile (default: PATH/Dockerfile)")
        ->type_name("FILE");
    add_value(app, "--iidfile", build.iid_file, "Write the image ID to a file")->type_name("FILE");
    add_repeated(app, "--label", build.labels, "Set metadata for an image")->type_name("KEY=VALUE");
    add_switch(app, "--load", build.load, "Shorthand for --output=type=docker");
    add_switch(app, "--local-images", build.local_images,
               "Take images that no registry has from the engine");
    add_value(app, "--metadata-file", build.metadata_file, "Write build result metadata to a file")
        ->type_name("FILE");
    add_value(app, "--network", build.network, "Networking mode for the RUN instructions")
        ->type_name("default|host|none");
    add_switch(app, "--no-cache", build.no_cache, "Do not use cache when building the image");
    add_repeated(app, "--no-cache-filter", build.no_cache_filter, "Do not cache specified stages")
        ->type_name("STAGE");
    add_repeated(app, "-o,--output", build.outputs, "Output destination (type=local,dest=path)")
        ->type_name("OUTPUT");
    add_repeated(app, "--platform", build.platforms, "Set target platform for build")
        ->type_name("PLATFORM");
    add_repeated(app, "--policy", build.policies, "Policy configuration (disabled=true)")
        ->type_name("POLICY");
    add_value(app, "--progress", options.progress, "Type of progress output")
        ->type_name("auto|plain|tty|rawjson|quiet|none");
    add_value(app, "--progress-fd", options.progress_fd,
              "Write progress to a file descriptor too, as JSON lines or as a log")
        ->type_name("FD[:plain]");
    add_value(app, "--provenance", options.provenance, "Shorthand for --attest=type=provenance")
        ->type_name("true|false|mode=min|mode=max");
    add_switch(app, "--pull", build.pull, "Always attempt to pull all referenced images");
    add_switch(app, "--push", build.push, "Shorthand for --output=type=registry");
    add_switch(app, "-q,--quiet", options.quiet, "Print the image ID alone on success");
    add_value(app, "--sbom", options.sbom, "Shorthand for --attest=type=sbom")
        ->type_name("true|false|generator=IMAGE");
    add_repeated(app, "--secret", build.secrets,
                 "Secret to expose to the build (id=ID[,src=FILE|,env=VAR])")
        ->type_name("SECRET");
    add_value(app, "--shm-size", build.shm_size, "Shared memory size for build containers")
        ->type_name("SIZE");
    add_repeated(app, "--ssh", build.ssh, "SSH agent or keys to expose to the build")
        ->type_name("default|ID=SOCKET|ID=KEY");
    add_repeated(app, "-t,--tag", build.tags, "Name and optionally a tag (name:tag)")
        ->type_name("NAME:TAG");
    add_value(app, "--target", build.target, "Set the target build stage to build")
        ->type_name("STAGE");
    add_repeated(app, "--ulimit", build.ulimits, "Ulimit options")->type_name("LIMIT");
    options.legacy.add_to(app);
    add_arguments(app, "PATH", options.arguments);
}

struct ProgressChoice {
    progress::Mode mode;
    bool warnings; // are told at the end
};

ProgressChoice progress_choice(const Context &context, const BuildCommandOptions &options) {
    using progress::Mode;
    bool automatic = options.progress.empty() || options.progress == "auto";
    auto text = automatic ? context.environment.get("BUILDKIT_PROGRESS", "auto") : options.progress;
    auto mode = progress::parse_mode(text);
    if (options.quiet && !automatic && mode != Mode::quiet && mode != Mode::none)
        throw usage_error(
            fmt::format("progress={} and quiet cannot be used together", options.progress),
            "leave one of --progress and --quiet out");
    if (options.quiet)
        return {.mode = Mode::quiet, .warnings = false};
    // The variable silences the log alone: the image's ID is not asked for.
    if (automatic && mode == Mode::quiet)
        return {.mode = Mode::none, .warnings = true};
    return {.mode = mode, .warnings = mode != Mode::quiet && mode != Mode::none};
}

struct TerminalLook {
    progress::Colours colours;
    int log_lines = progress::DisplayOptions().log_lines;
};

TerminalLook terminal_look(const Context &context, bool colour) {
    TerminalLook look;
    if (colour) {
        auto chosen = progress::choose_colours(context.environment.get("BUILDKIT_COLORS"));
        for (const auto &problem : chosen.problems)
            context.err << "WARNING: " << problem << "\n";
        look.colours = chosen.colours;
    }
    constexpr long long most = 1000;
    auto lines = parse_integer(context.environment.get("BUILDKIT_TTY_LOG_LINES"));
    if (lines && *lines > 0)
        look.log_lines = static_cast<int>(std::min(*lines, most));
    return look;
}

// The proxies of docker's configuration become build arguments, as with docker buildx; but not one
// with a password, which everybody who sees the machine's processes would read.
void add_proxies(const Context &context, const std::string &endpoint, build::BuildOptions &build) {
    auto found = context.docker_contexts().find(endpoint);
    for (const auto &[name, url] :
         store::configured_proxies(context.environment, found ? found->host : endpoint)) {
        bool given = false;
        for (const auto &argument : build.build_args)
            given = given || argument.substr(0, argument.find('=')) == name;
        if (given)
            continue;
        if (store::has_password(url))
            context.err << "WARNING: the proxy " << name << " of docker's configuration has a "
                        << "password, and is not given to the build\n";
        else
            build.build_args.push_back(name + "=" + url);
    }
}

// The ID of an earlier image must not stand for a build that fails.
void remove_stale_id(const std::string &file) {
    std::error_code error;
    if (!file.empty() && !std::filesystem::remove(file, error) && error)
        throw Error(fmt::format("removing image ID file {}: {}", printable(file), error.message()));
}

ExitCode run_build_command(Context &context, const BuildCommandOptions &options) {
    check_arguments("build", options.arguments, 1, 1);
    auto [mode, warnings] = progress_choice(context, options);
    auto chosen = choose_builder(context, context.builder);
    auto colour = context.err_is_terminal && context.environment.get("NO_COLOR").empty();
    auto look = terminal_look(context, colour);
    progress::DisplayOptions shown{
        .builder_line = fmt::format("building with \"{}\" instance using docker-container driver",
                                    chosen.record.name),
        .builder_name = "docker-container:" + chosen.record.name,
        .terminal = context.err_is_terminal,
        .colour = colour,
        .colours = look.colours,
        .log_lines = look.log_lines,
        .size = context.terminal_size};
    auto display = progress::make_display(mode, context.err, shown);
    if (!options.progress_fd.empty())
        display = progress::with_descriptor(std::move(display), options.progress_fd, shown);
    auto workers = context.worker_cache();
    auto store = context.store();
    build::BuildOptions build = options.build;
    build.context = options.arguments.front();
    build::add_environment(build, context.environment);
    const auto &node = build_node(context, chosen, build::read_platforms(build.platforms));
    auto docker = context.docker(node.endpoint);
    for (const auto &warning : options.legacy.warnings())
        context.err << "WARNING: " << warning << '\n';
    if (!options.provenance.empty())
        build.attests.push_back(build::attestation("provenance", options.provenance));
    if (!options.sbom.empty())
        build.attests.push_back(build::attestation("sbom", options.sbom));
    if (options.check)
        build.call = "check";
    if (!build::read_call(build.call)) // `build`
        build.call.clear();
    add_proxies(context, node.endpoint, build);
    if (!context.runner.dry()) {
        store.begin().touch(chosen.record.name, context.now());
        remove_stale_id(build.iid_file);
    }
    auto worked =
        build::run_build({.docker = docker,
                          .node = node,
                          .builder = chosen.record.name,
                          .store = store,
                          .surroundings = context.surroundings(workers, node.endpoint),
                          .environment = context.environment,
                          .client_id = store.node_id(),
                          .cache = context.cache_directory(),
                          .in = std::cin,
                          .out = context.out,
                          .err = context.err,
                          .out_is_terminal = context.out_is_terminal,
                          .colour = colour,
                          .debug = context.debug,
                          .quiet = mode == progress::Mode::quiet,
                          .warnings = warnings,
                          .progress_alone = mode == progress::Mode::rawjson,
                          .no_default_load = context.environment.flag("BUILDX_NO_DEFAULT_LOAD")},
                         build, *display);
    return worked ? ExitCode::success : ExitCode::failure;
}

} // namespace

void add_build(CLI::App &app, Action &action) {
    auto options = std::make_shared<BuildCommandOptions>();
    auto *command = app.add_subcommand("build", "Start a build");
    command->alias("b");
    add_flags(*command, *options);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_build_command(context, *options); };
    });
}

} // namespace berth::cli
