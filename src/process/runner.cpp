// SPDX-License-Identifier: Apache-2.0
#include "berth/process/runner.hpp"

#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <future>

namespace berth::process {

std::vector<Outcome> Runner::run_all(const std::vector<Command> &commands) {
    std::vector<std::future<Outcome>> running;
    for (std::size_t i = 1; i < commands.size(); ++i)
        running.push_back(
            std::async(std::launch::async, [this, &commands, i] { return run(commands[i], {}); }));
    std::vector<Outcome> outcomes;
    if (!commands.empty())
        outcomes.push_back(run(commands.front(), {}));
    for (auto &outcome : running)
        outcomes.push_back(outcome.get());
    return outcomes;
}

namespace {

// Shortens very long commands, such as one with too many arguments to start.
std::string shortened(const Command &command) {
    constexpr std::size_t limit = 4000;
    auto text = to_shell(command);
    if (text.size() <= limit)
        return text;
    auto end = limit;
    while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) // within a character
        --end;
    return fmt::format("{}… ({} bytes)", text.substr(0, end), text.size());
}

} // namespace

std::string describe_failure(const Command &command, const Outcome &outcome) {
    std::string ending;
    switch (outcome.kind) {
    case Outcome::Kind::exited:
        ending = fmt::format("exit code {}", outcome.code);
        break;
    case Outcome::Kind::signalled:
        ending = fmt::format("ended by signal {}", outcome.code);
        break;
    case Outcome::Kind::not_started:
        ending = fmt::format("could not be started: {}", errno_text(outcome.code));
        return fmt::format("`{}` {}", shortened(command), ending);
    case Outcome::Kind::timed_out:
        ending = fmt::format("no answer within {} s",
                             static_cast<double>(command.timeout.count()) / 1000.0);
        break;
    case Outcome::Kind::hung_up:
        ending = "hung up";
        break;
    case Outcome::Kind::cancelled:
        ending = "cancelled";
        break;
    }
    auto said = printable(one_line(outcome.err));
    return fmt::format("`{}`: {}{}{}", shortened(command), ending, said.empty() ? "" : ": ", said);
}

} // namespace berth::process
