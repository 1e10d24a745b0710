// SPDX-License-Identifier: Apache-2.0
// `berth imagetools`: images in registries.
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/help.hpp"
#include "berth/cli/imagetools_commands.hpp"

namespace berth::cli {

registry::ClientOptions registry_options(const Context &context) {
    auto chosen = choose_builder(context);
    std::map<std::string, std::string> files;
    if (!chosen.record.nodes.empty() && chosen.record.nodes.front().files)
        files = *chosen.record.nodes.front().files;
    return registry::client_options(context.runner, context.cancellation, context.environment,
                                    store::docker_config_directory(context.environment), files);
}

void add_imagetools(args::Command &app, Action &action) {
    auto *group = app.add_command("imagetools", "Inspect and create images in registries");
    group->callback([&action, group] {
        if (!action)
            action = [group](Context &context) {
                context.out << help_text(*group);
                return ExitCode::success;
            };
    });
    add_imagetools_create(*group, action);
    add_imagetools_inspect(*group, action);
}

} // namespace berth::cli
