// `berth imagetools`: images in registries.
#include "berth/cli/choose_builder.hpp"
#include "berth/cli/help.hpp"
#include "berth/cli/imagetools_commands.hpp"
#include "berth/session/docker_credentials.hpp"

namespace berth::cli {

registry::ClientOptions registry_options(const Context &context) {
    registry::ClientOptions options{
        .cancellation = context.cancellation,
        .environment = context.environment,
        .credentials = session::docker_credentials(
            context.runner, store::docker_config_directory(context.environment))};
    auto chosen = choose_builder(context);
    if (!chosen.record.nodes.empty())
        if (const auto &files = chosen.record.nodes.front().files)
            options.settings = registry::read_settings(*files);
    return options;
}

void add_imagetools(args::Command &app, Action &action) {
    auto *group = app.add_command("imagetools", "Commands to work on images in registry");
    group->callback([&action, group] {
        if (!action)
            action = [group](Context &context) {
                context.out << help_text(*group);
                return ExitCode::usage;
            };
    });
    add_imagetools_create(*group, action);
    add_imagetools_inspect(*group, action);
}

} // namespace berth::cli
