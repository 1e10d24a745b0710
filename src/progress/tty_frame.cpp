// SPDX-License-Identifier: Apache-2.0
#include "tty_frame.hpp"

#include "byte_text.hpp"
#include "terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace berth::progress {

namespace {

// The number of log lines of a running step, by BuildKit's rule: a high terminal shows more than
// the usual six.
int log_height(const FrameOptions &options) {
    constexpr int least = 6;
    return std::max(least, std::min(options.log_lines, options.size.height - least - 1));
}

// A line of the picture before layout, since most lines of a big build are not visible.
struct Row {
    const Step *step;
    const VertexStatus *status = nullptr;   // a status line of the step
    const VertexWarning *warning = nullptr; // a warning of it
    bool completed = true;
    bool shows_log = false;
};

std::vector<Row> make_rows(const Trace &trace) {
    std::vector<Row> rows;
    for (auto *step : trace.steps()) {
        rows.push_back({.step = step, .completed = step->completed()});
        for (auto *line : step->lines)
            rows.push_back({.step = step,
                            .status = &line->status,
                            .completed = line->status.completed.has_value()});
        for (auto &warning : step->warnings)
            rows.push_back({.step = step, .warning = &warning});
    }
    return rows;
}

// The last lines of a step's log, as shown on a terminal.
std::vector<std::string> log_tail(const Step &step, int width, int height) {
    constexpr std::size_t longest = 1u << 16; // limit for the layout of a line
    std::vector<std::string> lines;
    for (auto line = step.log.rbegin();
         line != step.log.rend() && lines.size() < static_cast<std::size_t>(height); ++line) {
        auto text = std::string_view(*line);
        text = after_carriage_returns(text.substr(std::min(text.find(' ') + 1, text.size())));
        auto rows =
            wrap_for_terminal(text.substr(text.size() - std::min(text.size(), longest)), width);
        std::reverse(rows.begin(), rows.end());
        for (auto &row : rows)
            if (row.find_first_not_of(' ') != row.npos)
                lines.push_back(std::move(row));
    }
    lines.resize(std::min(lines.size(), static_cast<std::size_t>(height)));
    std::reverse(lines.begin(), lines.end());
    return lines;
}

// Reserves rows for the logs of running steps, the busiest first; returns the number of rows.
int choose_logs(std::vector<Row> &rows, const FrameOptions &options, LogShown &log_shown) {
    std::vector<Row *> candidates;
    int free = options.size.height - 2;
    for (auto &row : rows) {
        free -= row.completed ? 0 : 1;
        if (!row.completed && !row.status && !row.step->log.empty())
            candidates.push_back(&row);
    }
    auto weight = [&log_shown](const Row *row) {
        return row->step->log_bytes + log_shown[row->step] * 50;
    };
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&weight](const Row *a, const Row *b) { return weight(a) > weight(b); });
    int taken = 0;
    const int lines = log_height(options), room = lines + 3;
    for (auto *row : candidates) {
        if (free <= room)
            break;
        row->shows_log = true;
        ++log_shown[row->step];
        taken += lines;
        free -= room;
    }
    return taken;
}

// The newest rows that fit; running ones stay in view at the cost of the oldest completed ones.
std::vector<Row> fold(const std::vector<Row> &rows, int height) {
    auto limit = static_cast<std::size_t>(std::max(height, 0));
    if (rows.size() <= limit)
        return rows;
    auto first_seen = rows.end() - static_cast<std::ptrdiff_t>(limit);
    std::vector<Row> running;
    std::copy_if(rows.begin(), first_seen, std::back_inserter(running),
                 [](const Row &row) { return !row.completed; });
    std::vector<Row> seen;
    auto to_drop = running.size();
    for (auto row = first_seen; row != rows.end(); ++row)
        if (row->completed && to_drop > 0)
            --to_drop;
        else
            seen.push_back(*row);
    auto room = std::min(limit - seen.size(), running.size());
    seen.insert(seen.begin(), running.end() - static_cast<std::ptrdiff_t>(room), running.end());
    return seen;
}

std::string paint(std::string text, std::string_view code, bool colour) {
    return colour && !code.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

class Painter {
  public:
    Painter(const Trace &trace, const FrameOptions &options)
        : options_(options), builder_now_(earlier(options.now, trace.clock_ahead())) {}

    // Empty if the terminal is too narrow.
    std::string line(const Row &row) const {
        auto timer = fmt::format(" {:.1f}s", seconds_of(row));
        auto amount = row.status ? amount_text(row.status->current, row.status->total) : "";
        // One cell stays free, so that no terminal wraps.
        int left = options_.size.width - static_cast<int>(prefix.size() + timer.size()) - 2;
        int amount_width = static_cast<int>(amount.size()) + 1;
        if (amount.empty() || left <= 20)
            amount.clear();
        else
            left -= amount_width;
        if (left < 12)
            return {};
        auto name = clip_for_terminal(name_of(row), left);
        if (!amount.empty())
            name.text += " " + amount;
        int padding = left - name.width;
        auto text = fmt::format("{}{}{:{}}{}", prefix, name.text, "", padding + 1, timer);
        return paint(std::move(text), colour_of(row), options_.colour);
    }

    void add_log(const Row &row, std::vector<std::string> &lines) const {
        for (auto &text : log_tail(*row.step, options_.size.width - 10, log_height(options_)))
            lines.push_back(paint(" => => # " + text, "2", options_.colour));
    }

  private:
    static constexpr std::string_view prefix = " => ";

    double seconds_of(const Row &row) const {
        double taken = 0;
        if (row.status) {
            if (row.status->started)
                taken = seconds(
                    difference(row.status->completed.value_or(builder_now_), *row.status->started));
        } else {
            taken = row.step->intervals.total_seconds(builder_now_);
        }
        return taken < 0.05 ? 0 : taken;
    }

    static std::string name_of(const Row &row) {
        if (row.status)
            return "=> " + row.status->id;
        if (row.warning)
            return "WARN: " + row.warning->summary;
        auto &step = *row.step;
        return fmt::format("{}{}{}", step.cached ? "CACHED " : "",
                           step.cancelled() ? "CANCELED "
                           : step.failed()  ? "ERROR "
                                            : "",
                           step.name);
    }

    std::string_view colour_of(const Row &row) const {
        const auto &colours = options_.colours;
        if (!row.completed)
            return "";
        if (row.warning)
            return colours.warning;
        if (!row.status && row.step->cancelled())
            return colours.cancel;
        return !row.status && row.step->failed() ? colours.error : colours.run;
    }

    const FrameOptions &options_;
    Time builder_now_;
};

std::string headline(const Trace &trace, const FrameOptions &options) {
    auto count = trace.count();
    auto start = trace.first_started();
    double taken =
        start ? seconds(difference(earlier(options.now, trace.clock_ahead()), *start)) : 0;
    bool finished = options.last && count.total > 0 && count.completed == count.total;
    auto shown =
        clip_for_terminal(fmt::format("[+] Building {:.1f}s ({}/{}) {}", std::max(taken, 0.0),
                                      count.completed, count.total, finished ? "FINISHED" : ""),
                          options.size.width - 1);
    auto builder = clip_for_terminal(options.builder, options.size.width - 1);
    int padding = options.size.width - 1 - shown.width - builder.width;
    if (padding > 0 && builder.width > 0)
        shown.text += std::string(static_cast<std::size_t>(padding), ' ') + builder.text;
    return shown.text;
}

} // namespace

std::vector<std::string> make_frame(const Trace &trace, const FrameOptions &options,
                                    LogShown &log_shown) {
    auto rows = make_rows(trace);
    if (!options.last) {
        int logs = choose_logs(rows, options, log_shown);
        rows = fold(rows, options.size.height - 2 - logs);
    }
    std::vector<std::string> lines = {headline(trace, options)};
    Painter painter(trace, options);
    for (auto &row : rows) {
        auto line = painter.line(row);
        if (line.empty())
            continue;
        lines.push_back(std::move(line));
        if (row.shows_log)
            painter.add_log(row, lines);
    }
    return lines;
}

} // namespace berth::progress
