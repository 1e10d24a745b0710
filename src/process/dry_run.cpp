// SPDX-License-Identifier: Apache-2.0
#include "berth/process/dry_run.hpp"

#include <ostream>

namespace berth::process {

namespace {

std::string by_hand_text(const Command &command) {
    if (command.by_hand.empty())
        return to_shell(command);
    auto other = command;
    other.argv = command.by_hand;
    return to_shell(other);
}

} // namespace

Outcome DryRunner::run(const Command &command, const Streams &streams) {
    if (command.effect == Effect::query) {
        // A comment, since it already ran; pasting it again would be useless, and may fail.
        out_ << "# " << by_hand_text(command) << '\n' << std::flush;
        return real_.run(command, streams);
    }
    out_ << by_hand_text(command) << '\n' << std::flush;
    return {};
}

std::vector<Outcome> DryRunner::run_all(const std::vector<Command> &commands) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(commands.size());
    for (const auto &command : commands)
        outcomes.push_back(run(command, {}));
    return outcomes;
}

void DryRunner::note(std::string_view line) {
    out_ << line << '\n' << std::flush;
}

} // namespace berth::process
