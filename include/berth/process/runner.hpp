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
// other threads than the caller of run(), but never two of one command at once.
struct Streams {
    // Fills the buffer, gives the number of bytes; 0 is the end. None: standard input is empty.
    // May block. An exception ends the command and comes out of run().
    std::function<std::size_t(char *buffer, std::size_t size)> input = {};
    // Called once when the command has exited: an `input` that blocks must return then.
    std::function<void()> on_exit = {};
    // Bytes that may wait in the pipe to the command; 0: as many as the system allows. A command
    // that answers requests is slowed down by what waits before its answers.
    int input_ahead = 0;
    // How long the command may run after `input` ended; 0: forever.
    std::chrono::milliseconds grace_after_input{0};
    // After `input` ends (or without it), keep standard input open until the command exits: the
    // far end sees end-of-file only when this process dies or cancels (facts: `docker exec -i`
    // passes that on, and no signal).
    bool hold_input_open = false;
    // Looked at every few milliseconds: once true, the input is held open no longer.
    std::function<bool()> release_input = {};
    // Bytes as they come. None: collected in Outcome.
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
    };
    Kind kind = Kind::exited;
    int code = 0;
    std::string out = {}, err = {}; // what no stream function took
    std::chrono::milliseconds elapsed{0};

    bool ok() const { return kind == Kind::exited && code == 0; }
    bool exited_with(int value) const { return kind == Kind::exited && code == value; }
};

class Runner {
  public:
    virtual ~Runner() = default;
    virtual Outcome run(const Command &command, const Streams &streams) = 0;
    Outcome run(const Command &command) { return run(command, {}); }

    // In parallel, each with its output collected; the outcomes in the order of the commands.
    virtual std::vector<Outcome> run_all(const std::vector<Command> &commands);

    // Is this a dry run?
    virtual bool dry() const { return false; }
    // In a dry run, prints `line` (a pipe of commands, or a comment that starts with #) to the
    // same place; else does nothing.
    virtual void note(std::string_view line) { (void)line; }
};

// Describes a failed command in one line for an error message: the shell form of the command, how
// it ended, and its standard error.
std::string describe_failure(const Command &command, const Outcome &outcome);

} // namespace berth::process
