// SPDX-License-Identifier: Apache-2.0
// `berth context ls`: the files that a build would send, the excluded ones with their rule, and the
// size of each directory. No docker command.
#include "berth/args/options.hpp"
#include "berth/cli/context_commands.hpp"
#include "berth/cli/table.hpp"
#include "berth/context/context_listing.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace berth::cli {

namespace {

using nlohmann::ordered_json;

struct ContextLsOptions {
    std::vector<std::string> arguments;
    std::string file, format;
};

std::string bytes(std::uint64_t size) {
    return format_decimal_bytes(static_cast<double>(size));
}

const char *type_name(context::Entry::Type type) {
    using Type = context::Entry::Type;
    switch (type) {
    case Type::file:
        return "file";
    case Type::directory:
        return "directory";
    case Type::symlink:
        return "symlink";
    case Type::fifo:
        return "fifo";
    case Type::character:
        return "character device";
    case Type::block:
        return "block device";
    }
    return "";
}

std::string rule_text(const context::LocalContext &context, const context::KeptOut &out) {
    return fmt::format("{}:{}: {}", context.ignore_file, out.line, out.pattern);
}

void print_lists(std::ostream &out, const context::LocalContext &context,
                 const context::ContextListing &listing) {
    std::vector<std::vector<std::string>> rows = {{"SENT", "SIZE"}};
    for (auto entry : context.manifest.entries)
        if (entry.type != context::Entry::Type::directory)
            rows.push_back({printable(entry.path), bytes(entry.size)});
    print_table(out, rows);
    if (!listing.kept_out.empty()) {
        rows = {{"EXCLUDED", "SIZE", "RULE"}};
        for (const auto &kept : listing.kept_out)
            rows.push_back(
                {printable(kept.path) + (kept.type == context::Entry::Type::directory ? "/" : ""),
                 bytes(kept.size), printable(rule_text(context, kept))});
        out << '\n';
        print_table(out, rows);
    }
    rows = {{"DIRECTORY", "FILES", "SIZE", "EXCLUDED"}};
    for (const auto &directory : listing.directories)
        rows.push_back({printable(directory.path), std::to_string(directory.files),
                        bytes(directory.size), bytes(directory.kept_out)});
    out << '\n';
    print_table(out, rows);
}

ordered_json json_of(const context::LocalContext &context, const context::ContextListing &listing) {
    ordered_json sent = ordered_json::array(), kept_out = ordered_json::array(),
                 directories = ordered_json::array();
    for (auto entry : context.manifest.entries)
        sent.push_back({{"Path", std::string(entry.path)},
                        {"Type", type_name(entry.type)},
                        {"Size", entry.size}});
    for (const auto &kept : listing.kept_out) {
        ordered_json rule = {
            {"File", context.ignore_file}, {"Line", kept.line}, {"Pattern", kept.pattern}};
        kept_out.push_back({{"Path", kept.path},
                            {"Type", type_name(kept.type)},
                            {"Files", kept.files},
                            {"Size", kept.size},
                            {"Rule", rule}});
    }
    for (const auto &directory : listing.directories)
        directories.push_back({{"Path", directory.path},
                               {"Files", directory.files},
                               {"Size", directory.size},
                               {"Excluded", directory.kept_out}});
    return {{"Context", context.directory.string()},
            {"Sent", sent},
            {"Excluded", kept_out},
            {"Directories", directories}};
}

ExitCode run_context_ls(Context &context, const ContextLsOptions &options) {
    if (!options.format.empty() && options.format != "table" && options.format != "json")
        throw usage_error(fmt::format("invalid format \"{}\"", printable(options.format)),
                          "use table or json");
    auto local = context::read_local_context(
        options.arguments.empty() ? "." : options.arguments.front(), options.file);
    auto listing = context::list_context(local);
    if (options.format == "json")
        context.out
            << json_of(local, listing).dump(-1, ' ', false, ordered_json::error_handler_t::replace)
            << '\n';
    else
        print_lists(context.out, local, listing);
    return ExitCode::success;
}

} // namespace

void add_context_ls(args::Command &group, Action &action) {
    auto options = std::make_shared<ContextLsOptions>();
    auto *command =
        group.add_command("ls", "List the files of a build context, and the excluded ones");
    args::add_value(*command, "-f,--file", options->file,
                    "Name of the Dockerfile (default: PATH/Dockerfile)")
        .type("FILE");
    args::add_value(*command, "--format", options->format, "Format the output").type("table|json");
    command->take_arguments("[PATH]", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_context_ls(context, *options); };
    });
}

} // namespace berth::cli
