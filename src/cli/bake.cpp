// SPDX-License-Identifier: Apache-2.0
// `berth bake`: many targets from one file.
#include "berth/bake/build_options.hpp"
#include "berth/bake/definition.hpp"
#include "berth/bake/files.hpp"
#include "berth/builder/platform.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/table.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

#include "bake_options.hpp"
#include "bake_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

namespace berth::cli {

namespace {

// Variables of --env-file override the environment, and --var overrides both.
std::map<std::string, std::string> given_variables(const BakeOptions &options,
                                                   const Environment &environment) {
    auto variables = bake::read_variables(options.variables);
    constexpr std::size_t largest = std::size_t{64} << 20;
    for (auto file = options.env_files.rbegin(); file != options.env_files.rend(); ++file)
        for (auto &[name, value] :
             bake::read_env_file(read_file(*file, largest, Special::read), environment.all()))
            variables.emplace(name, value);
    return variables;
}

// The arguments: an address of the definition, one of the context for it, and then targets.
struct Arguments {
    std::string address = {}, context = "cwd://";
    std::vector<std::string> targets = {};
};

Arguments read_arguments(const std::vector<std::string> &words) {
    Arguments arguments;
    auto word = words.begin();
    if (word != words.end() && is_remote_address(*word)) {
        arguments.address = *word++;
        if (word != words.end() && is_remote_address(*word))
            arguments.context = *word++;
    }
    arguments.targets.assign(word, words.end());
    if (arguments.targets.empty())
        arguments.targets.emplace_back("default");
    return arguments;
}

// Files at the address come before those of this machine, which override them.
std::vector<bake::SourceFile> read_sources(BakeSession &session, const bake::SortedNames &names,
                                           const job::RemoteDefinition &remote) {
    std::vector<bake::SourceFile> files;
    for (const auto &[name, text] : remote.files)
        files.push_back({.name = name, .text = text});
    if (!names.local.empty())
        for (auto &file : session.read(names.local))
            files.push_back(std::move(file));
    bake::check_found(files);
    return files;
}

bake::Definition read(const Context &context, const BakeOptions &options, BakeSession &session,
                      const std::vector<bake::SourceFile> &files, const std::string &command) {
    auto definition = bake::read_definition(
        files,
        {.builtins = {{"BAKE_CMD_CONTEXT", command},
                      {"BAKE_LOCAL_PLATFORM",
                       builder::format_platform(builder::parse_platform("local"))}},
         .variables = given_variables(options, context.environment),
         .relative_paths = bake::relative_paths(context.environment)},
        context.environment);
    if (!definition.warnings.empty())
        session.finish(); // they stand below what was drawn
    std::set<std::string> shown;
    for (const auto &warning : definition.warnings)
        if (shown.insert(warning).second)
            context.err << "WARNING: " << warning << '\n';
    return definition;
}

void print_list(std::ostream &out, const BakeList &list, bake::Definition definition) {
    auto variables = std::move(definition.variables);
    std::sort(variables.begin(), variables.end(),
              [](const auto &left, const auto &right) { return left.name < right.name; });
    auto targets = bake::list_targets(definition.config);
    bool of_targets = list.type == "targets";
    if (list.json) {
        out << bake::json_text(of_targets ? bake::to_json(targets) : bake::to_json(variables))
            << '\n';
        return;
    }
    std::vector<std::vector<std::string>> rows;
    if (of_targets) {
        rows.push_back({"TARGET", "DESCRIPTION"});
        for (const auto &target : targets)
            rows.push_back({printable(target.name), printable(target.description)});
    } else {
        rows.push_back({"VARIABLE", "TYPE", "VALUE", "DESCRIPTION"});
        for (const auto &variable : variables)
            rows.push_back({printable(variable.name), printable(variable.type),
                            printable(variable.value.value_or("<null>")),
                            printable(variable.description)});
    }
    print_tabbed(out, rows);
}

ExitCode run_bake(Context &context, const BakeOptions &options) {
    auto list = read_list(options);
    if (options.print && list)
        throw usage_error("--print and --list are mutually exclusive");
    auto jobs = job::read_jobs(options.jobs);
    auto overrides = all_overrides(options);
    auto access = bake::read_access(options.allow);
    auto arguments = read_arguments(options.targets);
    auto names = bake::file_names(options.files, context.environment);
    BakeSession session(context, options);
    std::optional<job::RemoteDefinition> remote;
    std::vector<bake::SourceFile> files;
    if (arguments.address.empty()) {
        files = session.read(names);
    } else {
        auto sorted = bake::sort_names(names);
        remote = session.fetch(
            arguments.address,
            {.names = sorted.remote,
             .usual = bake::usual_file_names(),
             .git_advice =
                 parse_bool(context.environment.get("BUILDX_BAKE_GIT_ADVICE")).value_or(false)});
        files = read_sources(session, sorted, *remote);
    }
    auto definition = read(context, options, session, files, arguments.context);
    if (list) {
        session.finish();
        print_list(context.out, *list, std::move(definition));
        return ExitCode::success;
    }
    auto selection =
        bake::select(definition.config, arguments.targets, overrides, context.environment, access);
    const auto *place = remote ? &*remote : nullptr;
    bake::prepare(selection, place, context.environment);
    if (options.print) {
        session.finish();
        context.out << bake::json_text(bake::to_json(selection)) << '\n';
        return ExitCode::success;
    }
    return build_selection(context, options, session,
                           {.selection = selection,
                            .access = access,
                            .jobs = jobs,
                            .remote = place,
                            .names = arguments.targets});
}

// Prints the source lines of errors before the errors.
ExitCode run_and_explain(Context &context, const BakeOptions &options) {
    try {
        return run_bake(context, options);
    } catch (const bake::DefinitionError &error) {
        context.err << error.excerpts() << std::flush;
        throw;
    }
}

} // namespace

void add_bake(args::Command &app, Action &action) {
    auto options = std::make_shared<BakeOptions>();
    auto *command = app.add_command("bake", "Build from a file");
    command->alias("f");
    add_bake_flags(*command, *options);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_and_explain(context, *options); };
    });
}

} // namespace berth::cli
