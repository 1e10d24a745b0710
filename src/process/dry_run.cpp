#include "berth/process/dry_run.hpp"

#include <ostream>

namespace berth::process {

Outcome DryRunner::run(const Command &command, const Streams &streams) {
    out_ << to_shell(command) << '\n' << std::flush;
    return command.effect == Effect::query ? real_.run(command, streams) : Outcome{};
}

std::vector<Outcome> DryRunner::run_all(const std::vector<Command> &commands) {
    std::vector<Outcome> outcomes;
    for (const auto &command : commands)
        outcomes.push_back(run(command, {}));
    return outcomes;
}

Runner::PipeOutcome DryRunner::pipe(const Command &from, const Command &to,
                                    const std::function<void(std::size_t)> &) {
    out_ << to_shell(from) << " | " << to_shell(to) << '\n' << std::flush;
    return {};
}

void DryRunner::note(std::string_view line) {
    out_ << line << '\n' << std::flush;
}

} // namespace berth::process
