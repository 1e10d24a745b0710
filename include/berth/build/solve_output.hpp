// The standard error of the build's `docker exec`, taken apart line by line: progress for the
// display, the script's replies, and the rest (Dockerfile excerpt, error) as text.
#pragma once

#include "berth/build/emulation.hpp"
#include "berth/build/remote.hpp"
#include "berth/progress/display.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::build {

class SolveOutput {
  public:
    // `log_as_text`: BuildKit draws its progress itself; its lines become the log of one step.
    SolveOutput(progress::Display &display, const std::string &marker, RemoteReply &reply,
                bool log_as_text = false)
        : display_(display), marker_(marker), reply_(reply), log_as_text_(log_as_text) {}

    void take(std::string_view bytes);
    void finish(); // a last line without its newline
    const std::string &text() const { return text_; }
    const EmulationWatch &emulation() const { return emulation_; }

  private:
    void line(std::string_view line);
    std::string_view without_slots(std::string_view line);
    void add_to_log(std::string_view line);

    progress::Display &display_;
    const std::string &marker_;
    RemoteReply &reply_;
    bool log_as_text_;
    std::optional<progress::Task> log_;
    std::string rest_, text_, renamed_;
    EmulationWatch emulation_;
};

} // namespace berth::build
