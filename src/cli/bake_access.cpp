// SPDX-License-Identifier: Apache-2.0
#include "bake_access.hpp"

#include "berth/cli/confirm.hpp"
#include "berth/job/git_info.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::cli {

namespace {

using Strings = std::vector<std::string>;

constexpr const char *files_variable = "BUILDX_BAKE_ENTITLEMENTS_FS";

// The command line with `flags` behind the word `bake`; empty when it was called by another name.
std::string full_command(const Context &context, const Strings &flags) {
    auto place = std::find(context.arguments.begin(), context.arguments.end(), "bake");
    if (place == context.arguments.end())
        return {};
    Strings words(context.arguments.begin(), place + 1);
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), place + 1, context.arguments.end());
    auto line = context.name;
    for (const auto &word : words)
        line += " " + shell_quote(job::mask_credentials(word));
    return line;
}

void print_request(const Context &context, const bake::AccessRequest &request,
                   const Strings &flags) {
    auto &err = context.err;
    err << "Your build is requesting privileges for following possibly insecure capabilities:\n\n";
    for (const auto *lines : {&request.lines, &request.file_lines})
        for (const auto &line : *lines)
            err << line << '\n';
    auto all = printable(join(flags, " "));
    if (context.in_is_terminal)
        err << fmt::format("\nIn order to not see this message in the future pass \"{}\" to grant "
                           "requested privileges.\n",
                           all);
    else
        err << fmt::format("\nPass \"{}\" to grant requested privileges.\n", all);
    if (auto command = full_command(context, flags); !command.empty())
        err << "\nYour full command with requested privileges:\n\n" << command << "\n\n";
}

bool granted(const Context &context) {
    context.err << "Do you want to grant requested privileges and continue? [y/N] " << std::flush;
    return lower(trim(read_answer(context))) == "y";
}

} // namespace

void ask_for_access(Context &context, const bake::AccessRequest &request,
                    const AccessQuestion &question) {
    bool files = bake::files_checked(context.environment, question.remote);
    if (request.lines.empty() && (request.file_lines.empty() || !files))
        return;
    auto flags = request.flags;
    if (files || !question.silent)
        flags.insert(flags.end(), request.file_flags.begin(), request.file_flags.end());
    auto all = printable(join(flags, " "));
    if (question.silent)
        throw Error(fmt::format(
            "additional privileges requested: pass \"{}\" to grant requested privileges", all));
    print_request(context, request, flags);
    if (files && !request.file_lines.empty() && !context.environment.find(files_variable))
        context.err << fmt::format("To disable filesystem entitlements checks, you can set {}=0 "
                                   ".\n\n",
                                   files_variable);
    if (!context.in_is_terminal)
        throw Error("additional privileges requested", ExitCode::failure,
                    fmt::format("pass {} to grant them", all));
    if (!granted(context))
        throw Error("additional privileges requested");
}

} // namespace berth::cli
