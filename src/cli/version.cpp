// `berth version`: answers from the program alone, no docker command.
#include "berth/cli/command_line.hpp"
#include "berth/cli/options.hpp"

#include <memory>

namespace berth::cli {

namespace {

struct VersionOptions {
    std::vector<std::string> arguments;
};

ExitCode run_version(Context &context, const VersionOptions &options) {
    check_arguments("version", options.arguments, 0, 0);
    context.out << "berth " BERTH_VERSION " " BERTH_COMMIT "\n";
    return ExitCode::success;
}

} // namespace

void add_version(CLI::App &app, Action &action) {
    auto options = std::make_shared<VersionOptions>();
    auto *command = app.add_subcommand("version", "Show the version of berth");
    add_arguments(*command, "", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_version(context, *options); };
    });
}

} // namespace berth::cli
