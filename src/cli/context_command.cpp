// SPDX-License-Identifier: Apache-2.0
// `berth context tar`: the files of a build context as a build would send them, as a tar stream.
// No docker command. The lines that `berth build --dry-run` prints use it.
#include "berth/args/options.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/context_commands.hpp"
#include "berth/cli/help.hpp"
#include "berth/context/local_context.hpp"

#include <memory>
#include <numeric>

namespace berth::cli {

namespace {

struct ContextTarOptions {
    std::vector<std::string> arguments;
    std::string file;
};

ExitCode run_context_tar(Context &context, const ContextTarOptions &options) {
    if (context.out_is_terminal)
        throw usage_error("refusing to write a tar archive to the terminal",
                          "redirect standard output");
    auto local = context::read_local_context(options.arguments.front(), options.file);
    std::vector<std::size_t> everything(local.manifest.entries.size());
    std::iota(everything.begin(), everything.end(), std::size_t{0});
    context::TreeArchive archive(local.directory, local.manifest, std::move(everything));
    std::string buffer(std::size_t{1} << 20, '\0');
    while (auto count = archive.read(buffer.data(), buffer.size())) {
        context.out.write(buffer.data(), static_cast<std::streamsize>(count));
        context.cancellation.check();
    }
    return ExitCode::success;
}

} // namespace

void add_context(args::Command &app, Action &action) {
    auto *group = app.add_command("context", "Inspect a build context");
    group->callback([&action, group] {
        if (!action)
            action = [group](Context &context) {
                context.out << help_text(*group);
                return ExitCode::success;
            };
    });
    add_context_ls(*group, action);
    auto options = std::make_shared<ContextTarOptions>();
    auto *tar = group->add_command("tar", "Write a build context as a tar archive");
    args::add_value(*tar, "-f,--file", options->file,
                    "Name of the Dockerfile (default: PATH/Dockerfile)")
        .type("FILE");
    tar->take_arguments("PATH", options->arguments);
    tar->callback([&action, options] {
        action = [options](Context &context) { return run_context_tar(context, *options); };
    });
}

} // namespace berth::cli
