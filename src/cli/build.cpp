// SPDX-License-Identifier: Apache-2.0
// `berth build`: flags to job::BuildOptions, the builder's node, and the display.
#include "berth/args/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/cli/legacy_build_flags.hpp"
#include "berth/context/local_context.hpp"
#include "berth/job/attestations.hpp"
#include "berth/job/call.hpp"
#include "berth/job/environment_options.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/job/job.hpp"
#include "berth/job/options.hpp"
#include "berth/progress/descriptor_display.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/error.hpp"
#include "berth/util/output_file.hpp"
#include "berth/util/strings.hpp"

#include "build_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace berth::cli {

namespace {

struct BuildCommandOptions {
    job::BuildOptions build;
    std::vector<std::string> arguments;
    std::string progress, progress_fd, provenance, sbom;
    bool quiet = false;
    LegacyBuildFlags legacy;
};

void add_flags(args::Command &app, BuildCommandOptions &options) {
    auto &build = options.build;
    args::add_list(app, "--add-host", build.add_hosts, "Add a custom host-to-IP mapping")
        .type("HOST:IP");
    args::add_repeated(app, "--allow", build.allow, "Allow an extra privileged entitlement")
        .type("ENTITLEMENT");
    args::add_repeated(app, "--annotation", build.annotations, "Add annotation to the image")
        .type("[TYPE:]KEY=VALUE");
    args::add_repeated(app, "--attest", build.attests,
                       "Attestation parameters (type=sbom,generator=IMAGE)")
        .type("ATTESTATION");
    args::add_repeated(app, "--build-arg", build.build_args, "Set a build-time variable")
        .type("ARG=VALUE");
    args::add_repeated(app, "--build-context", build.build_contexts, "Additional build contexts")
        .type("NAME=CONTEXT");
    args::add_repeated(app, "--cache-from", build.cache_from, "External cache sources")
        .type("CACHE-SOURCE");
    args::add_repeated(app, "--cache-to", build.cache_to, "Cache export destinations")
        .type("CACHE-TARGET");
    args::add_value(app, "--call", build.call, "Evaluate the Dockerfile without building it")
        .type("check|outline|targets[,format=json]");
    args::add_value(app, "--cgroup-parent", build.cgroup_parent,
                    "Parent cgroup for the RUN instructions during build")
        .type("GROUP");
    app.add_option("--check", "Shorthand for --call=check",
                   [&build](const std::string &text) {
                       auto wanted = parse_bool(text);
                       if (!wanted)
                           throw usage_error("not true or false");
                       if (*wanted)
                           build.call = "check";
                   })
        .implied = "true";
    args::add_value(app, "--print", build.call, "").hide();
    args::add_value(app, "--deps", build.deps_file,
                    "Write a make rule with the files the build depends on")
        .type("FILE");
    args::add_value(app, "-f,--file", build.file,
                    "Name of the Dockerfile (default: PATH/Dockerfile)")
        .type("FILE");
    args::add_value(app, "--iidfile", build.iid_file, "Write the image ID to a file").type("FILE");
    args::add_repeated(app, "--label", build.labels, "Set metadata for an image").type("KEY=VALUE");
    args::add_switch(app, "--load", build.load, "Shorthand for --output=type=docker");
    args::add_switch(app, "--local-images", build.local_images,
                     "Use base images that exist only in the engine");
    args::add_value(app, "--metadata-file", build.metadata_file,
                    "Write build result metadata to a file")
        .type("FILE");
    args::add_value(app, "--network", build.network, "Networking mode for the RUN instructions")
        .type("default|host|none");
    args::add_switch(app, "--no-cache", build.no_cache, "Do not use cache when building the image");
    args::add_repeated(app, "--no-cache-filter", build.no_cache_filter,
                       "Do not cache specified stages")
        .type("STAGE");
    args::add_repeated(app, "-o,--output", build.outputs,
                       "Output destination (type=local,dest=path)")
        .type("OUTPUT");
    args::add_repeated(app, "--platform", build.platforms, "Set target platform for build")
        .type("PLATFORM");
    args::add_repeated(app, "--policy", build.policies, "Policy configuration (disabled=true)")
        .type("POLICY");
    args::add_value(app, "--progress", options.progress, "Type of progress output")
        .type("auto|plain|tty|rawjson|quiet|none");
    args::add_value(app, "--progress-fd", options.progress_fd,
                    "Also write progress to a file descriptor (JSON or :plain)")
        .type("FD[:plain]");
    args::add_value(app, "--provenance", options.provenance,
                    "Shorthand for --attest=type=provenance")
        .type("true|false|mode=min|mode=max");
    args::add_switch(app, "--pull", build.pull, "Always attempt to pull all referenced images");
    args::add_switch(app, "--push", build.push, "Shorthand for --output=type=registry");
    args::add_switch(app, "-q,--quiet", options.quiet, "Print only the image ID on success");
    args::add_value(app, "--sbom", options.sbom, "Shorthand for --attest=type=sbom")
        .type("true|false|generator=IMAGE");
    args::add_repeated(app, "--resource", build.resources,
                       "Resource limits of RUN instructions (memory=2g)")
        .type("KEY=VALUE");
    args::add_repeated(app, "--secret", build.secrets,
                       "Secret to expose to the build (id=ID[,src=FILE|,env=VAR])")
        .type("SECRET");
    args::add_size(app, "--shm-size", build.shm_size, "Shared memory size for build containers")
        .type("SIZE");
    args::add_repeated(app, "--ssh", build.ssh, "SSH agent or keys to expose to the build")
        .type("default|ID=SOCKET|ID=KEY");
    args::add_repeated(app, "-t,--tag", build.tags, "Name and optionally a tag (name:tag)")
        .type("NAME:TAG");
    args::add_value(app, "--target", build.target, "Set the target build stage to build")
        .type("STAGE");
    args::add_repeated(app, "--ulimit", build.ulimits, "Ulimit options").type("LIMIT");
    options.legacy.add_to(app);
    app.take_arguments("PATH", options.arguments);
}

// A failed build must not leave the ID of an earlier image.
void remove_stale_id(const std::string &file) {
    std::error_code error;
    if (!file.empty() && !std::filesystem::remove(file, error) && error)
        throw Error(fmt::format("removing image ID file {}: {}", printable(file), error.message()));
}

// docker buildx ignores these flags if they are empty, for example from an unset variable.
void drop_empty_values(job::BuildOptions &build) {
    for (auto *values : {&build.allow, &build.annotations, &build.build_contexts, &build.outputs,
                         &build.secrets, &build.ssh})
        std::erase(*values, "");
}

ExitCode run_build_command(Context &context, const BuildCommandOptions &options) {
    auto progress = progress_choice(context, options.progress, options.quiet);
    auto chosen = choose_builder(context, context.builder);
    auto shown = display_options(context, chosen);
    auto display = progress::make_display(progress.mode, context.err, shown);
    if (!options.progress_fd.empty())
        display = progress::with_descriptor(std::move(display), options.progress_fd, shown);
    job::BuildOptions build = options.build;
    build.context = options.arguments.front();
    build.resources.insert(build.resources.begin(), options.legacy.resources().begin(),
                           options.legacy.resources().end());
    drop_empty_values(build);
    // Like docker buildx, accepts `sub/../Dockerfile` without a directory `sub`.
    if (!build.file.empty() && build.file != "-" && !context::is_remote_dockerfile(build.file))
        build.file = std::filesystem::path(build.file).lexically_normal().string();
    hide_secrets(context, build);
    for (const auto &file : {build.iid_file, build.metadata_file, build.deps_file})
        if (!file.empty())
            check_output_file(file); // before anything is built
    job::add_environment(build, context.environment);
    if (chosen.from_context) {
        build_as_engine(build);
        chosen = make_build_builder(context, chosen, progress.mode, *display);
    }
    BuildPlace place(context, std::move(chosen), {build.platforms}, *display);
    for (const auto &warning : options.legacy.warnings())
        context.err << "WARNING: " << warning << '\n';
    if (!options.provenance.empty())
        build.attests.push_back(job::attestation("provenance", options.provenance));
    if (!options.sbom.empty())
        build.attests.push_back(job::attestation("sbom", options.sbom));
    if (!job::read_call(build.call)) // `build`
        build.call.clear();
    add_proxies(context, place.node().endpoint, build);
    place.mark_builder_used();
    if (!context.runner.dry())
        remove_stale_id(build.iid_file);
    auto nodes = place.settings(progress, progress.mode == progress::Mode::quiet);
    auto worked = job::run_build(nodes, build, place.parts(0), *display);
    return worked ? ExitCode::success : ExitCode::failure;
}

} // namespace

void add_build(args::Command &app, Action &action) {
    auto options = std::make_shared<BuildCommandOptions>();
    auto *command = app.add_command("build", "Start a build");
    command->alias("b");
    add_flags(*command, *options);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_build_command(context, *options); };
    });
}

} // namespace berth::cli
