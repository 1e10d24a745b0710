#include "berth/process/runner.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

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

// The other end of a pipe is gone.
struct BrokenPipe {};

// A few chunks between the thread that reads one command and the one that feeds the other.
class Channel {
  public:
    void push(std::string_view bytes) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return chunks_.size() < 16 || reader_gone_; });
        if (reader_gone_)
            throw BrokenPipe();
        chunks_.emplace_back(bytes);
        changed_.notify_all();
    }

    // 0 at the end; throws when the writer failed.
    std::size_t pull(char *buffer, std::size_t size) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !chunks_.empty() || ended_ || reader_gone_; });
        if (reader_gone_ || (chunks_.empty() && failed_))
            throw BrokenPipe();
        if (chunks_.empty())
            return 0;
        auto &chunk = chunks_.front();
        auto count = std::min(size, chunk.size() - offset_);
        std::memcpy(buffer, chunk.data() + offset_, count);
        offset_ += count;
        if (offset_ == chunk.size()) {
            chunks_.pop_front();
            offset_ = 0;
            changed_.notify_all();
        }
        return count;
    }

    void end(bool failed) {
        std::lock_guard lock(mutex_);
        ended_ = true;
        failed_ = failed;
        changed_.notify_all();
    }

    void reader_gone() {
        std::lock_guard lock(mutex_);
        reader_gone_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> chunks_;
    std::size_t offset_ = 0;
    bool ended_ = false, failed_ = false, reader_gone_ = false;
};

} // namespace

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
        ~Notice() { channel.reader_gone(); }
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
