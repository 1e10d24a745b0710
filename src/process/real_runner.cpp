// SPDX-License-Identifier: Apache-2.0
// The only file that starts processes. Boost.Process spawns them; the loop over the pipes is
// berth's own, since it watches three pipes, the clock and cancellation at once, and feeds input
// from a thread.
#include "berth/process/real_runner.hpp"

#include "berth/util/environment.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "feeder.hpp"

#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/posix.hpp>
#include <boost/process/search_path.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace berth::process {

namespace {

namespace bp = boost::process;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// NAME=VALUE for a command: the variables of this process and those of the command. Does not use
// bp::environment: in Boost 1.74 it reads past the end of short variables, and get() returns
// "=VALUE".
std::vector<std::string> environment_of(const Command &command) {
    auto values = Environment::of_process().all();
    for (const auto &[name, value] : command.environment)
        values[name] = value;
    if (!command.first_on_path.empty())
        values["PATH"] = command.first_on_path + ":" + values["PATH"];
    std::vector<std::string> result;
    result.reserve(values.size());
    for (const auto &[name, value] : values)
        result.push_back(name + "=" + value);
    return result;
}

std::vector<char *> pointers(std::vector<std::string> &texts) {
    std::vector<char *> result;
    result.reserve(texts.size() + 1);
    for (auto &text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

// Empty if not found. Passes the directories of PATH to Boost, which would load the user's locale,
// a dozen files, before it reads the variable.
std::string find_program(const std::string &name) {
    if (name.find('/') != std::string::npos)
        return name;
    const char *path = std::getenv("PATH");
    std::vector<boost::filesystem::path> directories;
    for (auto &directory : split(path == nullptr ? "" : path, ':'))
        if (!directory.empty()) // not the working directory, whose files others may have written
            directories.emplace_back(std::move(directory));
    return bp::search_path(name, directories).string();
}

// Ends a command: with end-of-file if it waits for that, then SIGTERM, then SIGKILL.
class Ending {
  public:
    void begin(milliseconds grace) {
        if (begun_)
            return;
        begun_ = true;
        next_ = Clock::now() + grace;
    }
    void proceed(pid_t process) {
        if (!begun_ || Clock::now() < next_)
            return;
        ::kill(-process, signal_);
        signal_ = SIGKILL;
        next_ = Clock::now() + milliseconds(1000);
    }
    bool begun() const { return begun_; }

  private:
    bool begun_ = false;
    int signal_ = SIGTERM;
    Clock::time_point next_;
};

// Held while a command is started. A child inherits every descriptor that is open during the fork,
// and Boost.Process (1.74) opens the pipe that reports a failed exec without close-on-exec: a
// command that another thread starts in that moment would keep the pipe open, and the start of the
// first command would block until the other one ends.
std::mutex &starting() {
    static std::mutex mutex;
    return mutex;
}

// A running command.
class Execution {
  public:
    Execution(const Command &command, const Streams &streams, const Cancellation &cancellation,
              milliseconds grace)
        : command_(command), streams_(streams), cancellation_(cancellation), grace_(grace) {}

    Outcome run() {
        auto begin = Clock::now();
        if (start()) {
            if (command_.timeout.count() > 0)
                deadline_ = begin + command_.timeout;
            watch();
        }
        outcome_.elapsed = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
        return std::move(outcome_);
    }
    // What the caller's functions have thrown.
    const std::exception_ptr &error() const { return error_; }

  private:
    bool not_started(int error) {
        outcome_.kind = Outcome::Kind::not_started;
        outcome_.code = error;
        outcome_.err = errno_text(error);
        return false;
    }

    bool start() {
        auto program = find_program(command_.argv.at(0));
        if (program.empty())
            return not_started(ENOENT);
        std::lock_guard one_at_a_time(starting());
        auto in = make_pipe(streams_.input_ahead), err = make_pipe();
        auto out = make_pipe();
        if (streams_.hang_up)
            hang_up_ = make_pipe(1); // carries nothing
        auto environment = environment_of(command_);
        auto variables = pointers(environment);
        std::error_code failure;
        auto with_variables =
            bp::extend::on_setup = [&](auto &executor) { executor.env = variables.data(); };
        auto in_own_group = bp::extend::on_exec_setup = [](auto &) {
            ::setpgid(0, 0);
            ::signal(SIGPIPE, SIG_DFL);
        };
        child_ = bp::child(
            bp::exe = program,
            bp::args = std::vector<std::string>(command_.argv.begin() + 1, command_.argv.end()),
            with_variables, bp::posix::fd.bind(STDIN_FILENO, in.read.get()),
            bp::posix::fd.bind(STDOUT_FILENO, out.write.get()),
            bp::posix::fd.bind(STDERR_FILENO, err.write.get()), in_own_group, failure);
        if (failure)
            return not_started(failure.value());
        cancellation_.add_group(child_.id());
        out_ = std::move(out.read);
        err_ = std::move(err.read);
        if (streams_.input || streams_.hold_input_open)
            feeder_.emplace(std::move(in.write), streams_, [this] { hang_up_if_wanted(); });
        return true;
    }

    // On the thread of the feeder, which ends before this object does.
    void hang_up_if_wanted() {
        if (over_ || !streams_.hang_up || !streams_.hang_up())
            return;
        ::kill(-child_.id(), SIGKILL);
        hung_up_ = true;
        hang_up_.write.close(); // wakes the watching thread
    }

    void watch() {
        while (!hung_up_) {
            std::error_code ignored;
            bool ended = !child_.running(ignored);
            bool drained = !poll_once(ended ? 0 : 50);
            // A grandchild may hold the pipes open, but the output of the command itself has
            // arrived.
            if (ended && drained)
                break;
            if (drained && !out_ && !err_)
                std::this_thread::sleep_for(milliseconds(1)); // about to exit
            end_if_due();
        }
        over_ = true;
        if (streams_.on_exit)
            streams_.on_exit();
        cancellation_.remove_group(child_.id());
        // A killed group may have left children of the command behind.
        if (ending_.begun())
            ::kill(-child_.id(), SIGKILL);
        if (feeder_) {
            feeder_->stop();
            if (feeder_->error() && !error_)
                error_ = feeder_->error();
        }
        if (hung_up_) { // the system removes it when this process ends
            child_.detach();
            outcome_.kind = Outcome::Kind::hung_up;
            return;
        }
        int status = child_.native_exit_code();
        if (outcome_.kind != Outcome::Kind::exited)
            return;
        if (cancellation_.cancelled() && !command_.despite_cancel && ending_.begun())
            outcome_.kind = Outcome::Kind::cancelled;
        else if (WIFSIGNALED(status))
            outcome_.kind = Outcome::Kind::signalled;
        outcome_.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    }

    void end_if_due() {
        if (cancellation_.cancelled() && !command_.despite_cancel && !ending_.begun()) {
            bool by_itself = feeder_ && streams_.hold_input_open;
            if (by_itself)
                feeder_->stop();
            ending_.begin(by_itself ? grace_ : milliseconds(0));
        }
        if (deadline_ && Clock::now() >= *deadline_ && !ending_.begun()) {
            outcome_.kind = Outcome::Kind::timed_out;
            ending_.begin(milliseconds(0));
        }
        if (error_ || (feeder_ && feeder_->failed()))
            ending_.begin(milliseconds(0));
        if (streams_.grace_after_input.count() > 0 && feeder_ && feeder_->ended())
            ending_.begin(streams_.grace_after_input);
        ending_.proceed(child_.id());
    }

    // Waits up to `wait` milliseconds for output and reads it; false if none arrived.
    bool poll_once(int wait) {
        // poll() ignores negative descriptors.
        pollfd watched[4] = {
            {out_.get(), POLLIN, 0},
            {err_.get(), POLLIN, 0},
            {ending_.begun() || command_.despite_cancel ? -1 : cancellation_.descriptor(), POLLIN,
             0},
            {hang_up_.read.get(), POLLIN, 0}};
        if (!out_ && !err_ && wait > 0)
            wait = 1;
        if (deadline_ && !ending_.begun())
            wait =
                std::clamp(static_cast<int>(
                               std::chrono::ceil<milliseconds>(*deadline_ - Clock::now()).count()),
                           0, wait);
        if (::poll(watched, 4, wait) <= 0)
            return false;
        bool any = false;
        if (watched[0].revents != 0)
            any |= take(out_, streams_.on_output, outcome_.out);
        if (watched[1].revents != 0)
            any |= take(err_, streams_.on_error, outcome_.err);
        return any;
    }

    bool take(FileDescriptor &pipe, const std::function<void(std::string_view)> &consumer,
              std::string &collected) {
        auto count = ::read(pipe.get(), buffer_.data(), buffer_.size());
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            return true;
        if (count <= 0) {
            pipe.close();
            return false;
        }
        auto bytes = std::string_view(buffer_).substr(0, static_cast<std::size_t>(count));
        if (!consumer) {
            collected += bytes;
        } else if (!error_) {
            try {
                consumer(bytes);
            } catch (...) {
                error_ = std::current_exception();
            }
        }
        return true;
    }

    const Command &command_;
    const Streams &streams_;
    const Cancellation &cancellation_;
    milliseconds grace_;
    Outcome outcome_;
    bp::child child_;
    FileDescriptor out_, err_;
    Pipe hang_up_; // if Streams::hang_up may ask for it
    std::atomic<bool> hung_up_{false}, over_{false};
    std::optional<Feeder> feeder_;
    std::optional<Clock::time_point> deadline_;
    Ending ending_;
    std::exception_ptr error_;
    std::string buffer_ = std::string(std::size_t{1} << 18, '\0');
};

} // namespace

// If a caller ignores SIGCHLD, so does this process, and the system drops exit codes.
RealRunner::RealRunner(const Cancellation &cancellation, milliseconds grace)
    : cancellation_(cancellation), grace_(grace) {
    ::signal(SIGCHLD, SIG_DFL);
}

Outcome RealRunner::run(const Command &command, const Streams &streams) {
    Execution execution(command, streams, cancellation_, grace_);
    auto outcome = execution.run();
    if (on_end)
        on_end(command, outcome);
    if (execution.error())
        std::rethrow_exception(execution.error());
    return outcome;
}

} // namespace berth::process
