// SPDX-License-Identifier: Apache-2.0
// `berth upgrade`: recreates a builder's container from a newer image, on the same state.
#include "berth/args/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/context_builder.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::cli {

namespace {

struct UpgradeOptions {
    std::vector<std::string> arguments;
};

std::string image_of(const store::NodeRecord &node) {
    auto options = builder::read_driver_options(node.driver_options.value_or(builder::OptionMap()));
    return options.image.empty() ? builder::default_image : options.image;
}

void pull(const Context &context, const docker::Docker &docker, const std::string &image,
          progress::Display &display) {
    progress::Task task(display, "[internal] looking for a newer image", context.now);
    try {
        task.step("pulling image " + image, [&] { docker.pull(image); });
        task.done();
    } catch (const Error &error) {
        task.fail(error.what());
        throw;
    }
}

// Restores the tag of the working image, so that a later start uses it.
void tag_again(const docker::Docker &docker, const std::string &id,
               const std::string &image) noexcept {
    try {
        if (image.find('@') == std::string::npos)
            docker.tag_image(id, image);
    } catch (const std::exception &) { // the error of the upgrade matters more
    }
}

// Returns the result for the node, as text.
std::string upgrade(const Context &context, const builder::WorkerCache &workers,
                    const store::NodeRecord &node, progress::Display &display) {
    if (node.remote)
        throw Error("the BuildKit of a remote builder is not berth's to upgrade",
                    ExitCode::builder_unavailable, "upgrade it where it runs");
    auto docker = context.docker(node.endpoint);
    auto name = builder::container_name(node.name);
    auto image = image_of(node);
    auto before = docker.inspect_images({image});
    pull(context, docker, image, display);
    auto found = docker.inspect_containers({name});
    auto container = found.find(name);
    if (container == found.end())
        return "has no container yet, its next start uses the newest image";
    auto images = docker.inspect_images({image});
    if (!context.runner.dry() &&
        (images.empty() || images.front().id == container->second.image_id))
        return "up to date";
    bool ran = container->second.status == "running";
    // Always starts the node, to check whether the new image works on this state.
    try {
        builder::replace(docker, node, true, display, context.surroundings(workers, node.endpoint));
    } catch (const std::exception &) {
        if (!before.empty())
            tag_again(docker, before.front().id, image);
        throw;
    }
    if (!ran)
        builder::stop(docker, node);
    return "upgraded";
}

ExitCode run_upgrade(Context &context, const UpgradeOptions &options) {
    auto chosen =
        choose_builder(context, options.arguments.empty() ? "" : options.arguments.front());
    if (auto found = find_build_builder(context, chosen))
        chosen = *std::move(found);
    container_node(chosen);
    auto workers = context.worker_cache();
    std::vector<std::string> results;
    draw_boot(context, [&](progress::Display &display) {
        for (const auto &node : chosen.record.nodes)
            results.push_back(node.name + ": " + upgrade(context, workers, node, display));
    });
    for (const auto &result : results)
        context.err << result << '\n';
    return ExitCode::success;
}

} // namespace

void add_upgrade(args::Command &app, Action &action) {
    auto options = std::make_shared<UpgradeOptions>();
    auto *command = app.add_command("upgrade", "Move a builder to the newest version of its image");
    command->take_arguments("[BUILDER]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_upgrade(context, *options); };
    });
}

} // namespace berth::cli
