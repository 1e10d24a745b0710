// SPDX-License-Identifier: Apache-2.0
#include "tty_display.hpp"

#include "terminal_text.hpp"

#include <climits>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace berth::progress {

namespace {

constexpr std::size_t log_limit = 8u << 20; // of each step's log, kept for errors

constexpr std::string_view hide_cursor = "\x1b[?25l", show_cursor = "\x1b[?25h",
                           clear_line_end = "\x1b[K", clear_below = "\x1b[J";

} // namespace

TtyDisplay::TtyDisplay(std::ostream &out, const DisplayOptions &options)
    : out_(out), options_(options), trace_(log_limit) {
    if (!options_.now)
        options_.now = [] { return Time(std::chrono::system_clock::now()); };
    if (!options_.size)
        options_.size = [size = TerminalSize{options.width, options.height}] { return size; };
}

void TtyDisplay::update(const SolveStatus &status) {
    auto now = options_.now();
    trace_.update(status, now);
    tick(now);
}

void TtyDisplay::tick(Time now) {
    bool soon = drawn_ && now >= *drawn_ && difference(now, *drawn_) < options_.draw_interval;
    if (!finished_ && !soon && !trace_.steps().empty())
        draw(now, false);
}

void TtyDisplay::finish() {
    if (finished_)
        return;
    finished_ = true;
    if (!trace_.steps().empty())
        draw(options_.now(), true);
}

// Draws in one write, so that no partial picture is visible.
void TtyDisplay::draw(Time now, bool last) {
    auto size = options_.size();
    auto lines = make_frame(trace_,
                            {.size = size,
                             .colour = options_.colour,
                             .colours = options_.colours,
                             .log_lines = options_.log_lines,
                             .builder = options_.builder_name,
                             .now = now,
                             .last = last},
                            log_shown_);
    std::string text(hide_cursor);
    text += to_first_line(size);
    for (auto &line : lines)
        text.append(line).append(clear_line_end).append("\n");
    text += clear_below;
    if (last)
        text += failed_logs();
    text += show_cursor;
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
    out_.flush();
    widths_.clear();
    for (auto &line : lines)
        widths_.push_back(clip_for_terminal(line, INT_MAX).width);
    size_ = size;
    drawn_ = now;
}

// Moves to the beginning of the last picture, and clears it if the terminal was resized: lines that
// no longer fit are then wrapped and take several rows.
std::string TtyDisplay::to_first_line(const TerminalSize &size) const {
    bool resized = size_ && (size_->width != size.width || size_->height != size.height);
    int rows = 0;
    for (auto width : widths_)
        rows += resized ? std::max(1, (width + size.width - 1) / std::max(size.width, 1)) : 1;
    if (resized && rows >= size.height)
        return "\x1b[H\x1b[J"; // the beginning has scrolled away
    std::string text = rows > 0 ? fmt::format("\x1b[{}A\r", rows) : "\r";
    if (resized)
        text += clear_below;
    return text;
}

std::string TtyDisplay::failed_logs() const {
    std::string text;
    for (auto *step : trace_.steps()) {
        if (!step->failed())
            continue;
        text += fmt::format("------\n > {}:\n", safe_for_terminal(step->name));
        for (auto &line : step->log) {
            // Keeps the time if a progress bar overwrote the text after it.
            auto time = std::min(line.find(' ') + 1, line.size());
            auto rest = after_carriage_returns(std::string_view(line).substr(time));
            text += line.substr(0, time) + safe_for_terminal(rest) + '\n';
        }
        text += "------\n";
    }
    return text;
}

} // namespace berth::progress
