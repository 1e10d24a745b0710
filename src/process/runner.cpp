#include "berth/process/runner.hpp"

#include "berth/process/channel.hpp"
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

Runner::PipeOutcome Runner::pipe(const Command &from, const Command &to,
                                 const std::function<void(std::size_t)> &on_bytes) {
    Channel channel;
    std::size_t total = 0;
    PipeOutcome result;
    auto reader = std::async(std::launch::async, [&] {
        Outcome outcome;
        outcome.kind = Outcome::Kind::signalled;
        outcome.code = 13; // what a broken pipe does to a command, when nothing worse happened
        Streams streams;
        streams.on_output = [&](std::string_view bytes) { channel.push(bytes); };
        try {
            outcome = run(from, streams);
        } catch (const BrokenPipe &) {
        } catch (...) {
            channel.end(true);
            throw;
        }
        channel.end(!outcome.ok());
        return outcome;
    });
    Streams streams;
    streams.input = [&](char *buffer, std::size_t size) {
        auto count = channel.pull(buffer, size);
        total += count;
        if (on_bytes && count > 0)
            on_bytes(total);
        return count;
    };
    // The reader must know that nobody listens any more, else `from` would never end.
    struct Notice {
        Channel &channel;
        ~Notice() { channel.close(); }
    };
    {
        Notice notice{channel};
        try {
            result.to = run(to, streams);
        } catch (const BrokenPipe &) {
            result.to.kind = Outcome::Kind::signalled;
            result.to.code = 13;
        }
    }
    result.from = reader.get();
    return result;
}

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
        return fmt::format("`{}` {}", to_shell(command), ending);
    case Outcome::Kind::timed_out:
        ending = fmt::format("no answer within {} s",
                             static_cast<double>(command.timeout.count()) / 1000.0);
        break;
    case Outcome::Kind::cancelled:
        ending = "cancelled";
        break;
    }
    auto said = printable(trim(outcome.err), true);
    return fmt::format("`{}`: {}{}{}", to_shell(command), ending, said.empty() ? "" : ": ", said);
}

} // namespace berth::process
