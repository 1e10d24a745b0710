// SPDX-License-Identifier: Apache-2.0
// The interface for running commands, and their outcome. Real, dry-run and recording runners are
// this one interface (real_runner.hpp, dry_run.hpp, recording.hpp).
#pragma once

#include "berth/process/command.hpp"
#include "berth/util/file.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace berth::process {

// The source of a command's input and the destination of its output. Functions may be called from
// other threads than the caller of run(), but for one command never two at once.
struct Streams {
    // Fills the buffer and returns the number of bytes, 0 at the end. Empty function: no standard
    // input. May block. An exception ends the command, and run() rethrows it.
    std::function<std::size_t(char *buffer, std::size_t size)> input = {};
    // Called once when the command has exited; a blocking `input` must then return.
    std::function<void()> on_exit = {};
    // Bytes that may wait in the pipe to the command; 0: as many as the system allows. For a
    // command that answers requests, waiting bytes delay the answers.
    int input_ahead = 0;
    // Time limit for the command after the end of `input`; 0: none.
    std::chrono::milliseconds grace_after_input{0};
    // Asked when `input` has ended. True: neither the command's exit nor the rest of its output
    // matters; it is killed at once, and not waited for.
    std::function<bool()> hang_up = {};
    // After `input` ends (or without it), keep standard input open until the command exits: the far
    // end sees end-of-file only when this process dies or cancels (`docker exec -i` passes on
    // end-of-file, but no signal).
    bool hold_input_open = false;
    // Polled every few milliseconds: once true, the input is no longer held open.
    std::function<bool()> release_input = {};
    // Receives bytes as they arrive. Empty function: collected in Outcome.
    std::function<void(std::string_view)> on_output = {};
    std::function<void(std::string_view)> on_error = {};
};

struct Outcome {
    enum class Kind {
        exited,      // `code` is the exit code
        signalled,   // `code` is the signal
        not_started, // `code` is the errno
        timed_out,
        cancelled, // ended because the runner was cancelled
        hung_up,   // killed after the end of its input, by Streams::hang_up
    };
    Kind kind = Kind::exited;
    int code = 0;
    std::string out = {}, err = {}; // without streamed bytes
    std::chrono::milliseconds elapsed{0};

    bool ok() const { return kind == Kind::exited && code == 0; }
    bool exited_with(int value) const { return kind == Kind::exited && code == value; }
};

class Runner {
  public:
    virtual ~Runner() = default;
    virtual Outcome run(const Command &command, const Streams &streams) = 0;
    Outcome run(const Command &command) { return run(command, {}); }

    // Runs commands in parallel and collects their output. Returns the outcomes in the order of the
    // commands.
    virtual std::vector<Outcome> run_all(const std::vector<Command> &commands);

    // Whether this is a dry run.
    virtual bool dry() const { return false; }
    // In a dry run, prints `line` (a pipe of commands, or a comment that starts with #) to the same
    // place. Otherwise does nothing.
    virtual void note(std::string_view line) { (void)line; }
};

// Describes a failed command in one line for an error message: the shell form of the command, how
// it ended, and its standard error.
std::string describe_failure(const Command &command, const Outcome &outcome);

} // namespace berth::process
