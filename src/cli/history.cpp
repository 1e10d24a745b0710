// SPDX-License-Identifier: Apache-2.0
// `berth history`: the records that BuildKit keeps of builds. Each command has a file of its own.
#include "berth/cli/help.hpp"

#include "history_nodes.hpp"

namespace berth::cli {

void add_history(args::Command &app, Action &action) {
    auto *group = app.add_command("history", "Commands to work on build records");
    group->callback([&action, group] {
        action = [group](Context &context) {
            context.out << help_text(*group);
            return ExitCode::success;
        };
    });
    add_history_export(*group, action);
    add_history_import(*group, action);
    add_history_inspect(*group, action);
    add_history_logs(*group, action);
    add_history_ls(*group, action);
    add_history_open(*group, action);
    add_history_rm(*group, action);
    add_history_trace(*group, action);
}

} // namespace berth::cli
