// SPDX-License-Identifier: Apache-2.0
// `berth version`: prints the version without a docker command.
#include "berth/args/options.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/version_text.hpp"
#include "berth/util/strings.hpp"

#include "version_info.hpp" // made by cmake/write_version.cmake

#include <nlohmann/json.hpp>

#include <memory>

namespace berth::cli {

namespace {

struct VersionOptions {
    std::vector<std::string> arguments;
    std::string format;
};

ExitCode run_version(Context &context, const VersionOptions &options) {
    if (options.format == "json") {
        nlohmann::ordered_json all = {{"version", BERTH_VERSION},
                                      {"buildx", compatible_version()},
                                      {"commit", short_commit()},
                                      {"date", version_date}};
        context.out << all.dump() << '\n';
    } else if (options.format.empty()) {
        context.out << version_line(context.as_buildx);
    } else {
        throw usage_error("unknown format '" + printable(options.format) + "'",
                          "omit it, or write --format json");
    }
    return ExitCode::success;
}

} // namespace

void add_version(args::Command &app, Action &action) {
    auto options = std::make_shared<VersionOptions>();
    auto *command = app.add_command("version", "Show the version of berth");
    args::add_value(*command, "--format", options->format, "Output format").type("json");
    command->take_arguments("", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_version(context, *options); };
    });
}

} // namespace berth::cli
