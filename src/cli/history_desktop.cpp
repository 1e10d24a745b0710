// SPDX-License-Identifier: Apache-2.0
// `berth history open` and `import`: Docker Desktop shows build records, and keeps imported ones.
#include "berth/args/options.hpp"
#include "berth/util/error.hpp"

#include "history_nodes.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::cli {

namespace {

struct ImportOptions {
    std::vector<std::string> arguments, files;
};

ExitCode run_open(Context &context, const std::vector<std::string> &arguments) {
    HistoryNodes nodes(context);
    auto record = nodes.find(arguments.empty() ? "" : arguments.front());
    throw Error(fmt::format("Docker Desktop shows build records, and berth cannot start it: {}",
                            desktop_url(nodes.full_ref(record))),
                ExitCode::failure,
                fmt::format("open that address on a machine with Docker Desktop, or see `berth "
                            "history inspect {}`",
                            record.message.ref()));
}

ExitCode run_import() {
    throw Error("build records are imported into Docker Desktop, and berth has no access to it",
                ExitCode::failure,
                "in Docker Desktop, choose Builds, Import builds, and the .dockerbuild file");
}

} // namespace

void add_history_open(args::Command &group, Action &action) {
    auto arguments = std::make_shared<std::vector<std::string>>();
    auto *command = group.add_command("open", "Open a build record in Docker Desktop");
    command->take_arguments("[REF]", *arguments);
    command->callback([&action, arguments] {
        action = [arguments](Context &context) { return run_open(context, *arguments); };
    });
}

void add_history_import(args::Command &group, Action &action) {
    auto options = std::make_shared<ImportOptions>();
    auto *command = group.add_command("import", "Import build records into Docker Desktop");
    args::add_repeated(*command, "-f,--file", options->files, "Import from a file path")
        .type("FILE");
    command->take_arguments("", options->arguments);
    command->callback(
        [&action, options] { action = [options](Context &) { return run_import(); }; });
}

} // namespace berth::cli
