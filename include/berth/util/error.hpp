// SPDX-License-Identifier: Apache-2.0
// The one exception type of berth, and the exit codes a script can rely on.
// Errors that a caller can act on are values (see process::Outcome); everything else is an Error,
// which main prints as `ERROR: <what>` with the hint on a line of its own.
#pragma once

#include <stdexcept>
#include <string>

namespace berth {

// Exit codes of every command; README.md has the table. Values never change their meaning.
enum class ExitCode : int {
    success = 0,
    failure = 1,             // the build failed, or any failure without its own code
    usage = 2,               // invalid command line or value
    engine_unavailable = 3,  // no docker program, or the engine does not answer
    no_such_builder = 4,     // no such builder
    builder_unavailable = 5, // a builder that cannot be created, booted or reached
    differs = 6,             // `ensure`: the builder exists with other settings
    cancelled = 130,         // Ctrl-C or SIGTERM
};

class Error : public std::runtime_error {
  public:
    // `what` names the value and what failed; `hint` says what to do next and may be empty.
    explicit Error(const std::string &what, ExitCode code = ExitCode::failure,
                   std::string hint = {})
        : std::runtime_error(what), code_(code), hint_(std::move(hint)) {}

    ExitCode code() const { return code_; }
    const std::string &hint() const { return hint_; }
    // Lines that main prints below the error, with their newlines; usually none.
    const std::string &epilogue() const { return epilogue_; }
    void set_epilogue(std::string lines) { epilogue_ = std::move(lines); }

  private:
    ExitCode code_;
    std::string hint_, epilogue_;
};

inline Error usage_error(const std::string &what, std::string hint = {}) {
    return Error(what, ExitCode::usage, std::move(hint));
}

} // namespace berth
