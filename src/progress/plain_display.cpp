// SPDX-License-Identifier: Apache-2.0
#include "plain_display.hpp"

#include "berth/util/strings.hpp"

#include "byte_text.hpp"
#include "terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace berth::progress {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t short_name = 72; // bytes
constexpr auto tick_interval = 150ms;  // without updates
constexpr double least_share = 5;      // seconds that a step keeps its turn, more if it writes more
constexpr auto longest_wait = 10s;     // before another step gets its turn
constexpr auto status_interval = 5s;   // a status line is printed again after this time
constexpr double status_share = 0.05;  // or after this share of progress

} // namespace

bool RateLimit::allow(Time now) {
    if (last_)
        tokens_ = std::min(
            1.0, tokens_ + std::max(0.0, seconds(difference(now, *last_)) / seconds(interval_)));
    last_ = now;
    if (tokens_ < 1)
        return false;
    tokens_ -= 1;
    return true;
}

PlainDisplay::PlainDisplay(std::ostream &out, const DisplayOptions &options)
    : out_(out),
      builder_line_(options.builder_line),
      now_(options.now),
      terminal_(options.terminal),
      short_names_(options.short_names),
      limit_(options.draw_interval) {
    if (!now_)
        now_ = [] { return Time(std::chrono::system_clock::now()); };
}

void PlainDisplay::update(const SolveStatus &status) {
    auto now = now_();
    last_event_ = now;
    trace_.update(status, now);
    constexpr std::size_t longest_wait_of_log = 1u << 20; // bytes to hold back
    for (const auto &log : status.logs)
        unprinted_ += log.data.size();
    if (unprinted_ < longest_wait_of_log && !limit_.allow(now))
        return;
    unprinted_ = 0;
    print(now);
}

void PlainDisplay::tick(Time now) {
    if (!last_event_ || difference(now, *last_event_) < tick_interval || finished_)
        return;
    last_event_ = now;
    print(now);
}

void PlainDisplay::finish() {
    if (finished_)
        return;
    finished_ = true;
    print(now_());
    print_failed_logs();
    flush();
}

// Prints completed steps first, in the order of completion, then the step with the turn.
void PlainDisplay::print(Time now) {
    std::vector<Step *> completed, waiting;
    for (auto *step : trace_.updated())
        if (!step->hidden)
            (step->completed() ? completed : waiting).push_back(step);
    auto *current = current_;
    bool current_completed = false;
    // The step with the turn comes first.
    std::stable_sort(completed.begin(), completed.end(), [current](const Step *a, const Step *b) {
        if (a == current || b == current)
            return a == current && b != current;
        return a->intervals.last_stop() < b->intervals.last_stop();
    });
    for (auto *step : completed) {
        current_completed |= step == current;
        print_step(*step);
    }
    if (!waiting.empty())
        print_waiting(current, current_completed, std::move(waiting), now);
    else if (!current || !current->running())
        print_open_step();
    flush();
}

// Without news, any running step may have the turn.
bool PlainDisplay::print_open_step() {
    for (auto *step : trace_.steps())
        if (step->running() && !step->hidden) {
            print_step(*step);
            return true;
        }
    return false;
}

// `current` had the turn before the completed steps were printed.
void PlainDisplay::print_waiting(Step *current, bool current_completed, std::vector<Step *> waiting,
                                 Time now) {
    bool has_current = std::find(waiting.begin(), waiting.end(), current) != waiting.end();
    if (has_current)
        print_step(*current);
    else if (current)
        waiting.push_back(current);

    double all_speeds = 0, best_speed = 0, current_speed = 0, current_wait = 0;
    Step *best = nullptr, *overdue = nullptr;
    for (auto *step : waiting) {
        auto wait = difference(now, step->waiting_since.value_or(now));
        double speed = static_cast<double>(step->count) / seconds(wait);
        all_speeds += speed;
        if (step == current) {
            current_speed = speed;
            current_wait = seconds(wait);
        } else if (wait > longest_wait &&
                   (!overdue || step->waiting_since < overdue->waiting_since)) {
            overdue = step; // the step that has waited longest
        }
        if (!best || best_speed < speed) {
            best = step;
            best_speed = speed;
        }
    }
    if (overdue)
        print_step(*overdue);
    else if (current_completed || !current ||
             least_share / (1.0 - current_speed / all_speeds) < current_wait)
        print_step(*best);
}

void PlainDisplay::print_step(Step &step) {
    if (step.number == 0)
        step.number = ++numbers_;
    if (&step != current_)
        switch_to(step);
    bool has_open_status = print_statuses(step);
    print_warnings_of(step);
    print_log(step);
    current_ = &step;
    // A cache import can have status lines that continue after its vertex completed.
    if (step.completed() && !has_open_status) {
        current_ = nullptr;
        step.count = 0;
        if (step.log_partial)
            text_ += '\n';
        print_completed(step);
    }
    step.updated = false;
}

void PlainDisplay::switch_to(Step &step) {
    if (current_) {
        if (current_->log_partial)
            text_ += '\n';
        printed_[current_].partial = 0;
        current_->count = 0;
        fmt::format_to(std::back_inserter(text_), "#{} ...\n", current_->number);
    }
    if (!first_)
        text_ += '\n';
    else if (!builder_line_.empty())
        fmt::format_to(std::back_inserter(text_), "#0 {}\n\n", builder_line_);
    first_ = false;
    bool cut = short_names_ && step.name.size() > short_name;
    fmt::format_to(std::back_inserter(text_), "#{} {}{}\n", step.number,
                   std::string_view(step.name).substr(0, cut ? short_name : step.name.size()),
                   cut ? "..." : "");
}

bool PlainDisplay::is_worth_printing(const VertexStatus &status) const {
    auto last = last_statuses_.find(status.id);
    if (last == last_statuses_.end() || status.completed)
        return true;
    double share =
        status.total > 0
            ? (static_cast<double>(status.current) - static_cast<double>(last->second.current)) /
                  static_cast<double>(status.total)
            : 0;
    return share >= status_share ||
           difference(status.timestamp, last->second.timestamp) >= status_interval;
}

// True if it printed a line that is not done.
bool PlainDisplay::print_statuses(Step &step) {
    bool open = false;
    for (auto position : step.updated_lines) {
        auto &status = step.lines[position]->status;
        if (!is_worth_printing(status))
            continue;
        last_statuses_[status.id] = {status.current, status.timestamp};
        fmt::format_to(std::back_inserter(text_), "#{} {}", step.number, status.id);
        if (auto amount = amount_text(status.current, status.total); !amount.empty())
            fmt::format_to(std::back_inserter(text_), " {}", amount);
        double taken = seconds(difference(status.completed.value_or(status.timestamp),
                                          status.started.value_or(status.timestamp)));
        if (status.started && taken > 0.01)
            fmt::format_to(std::back_inserter(text_), " {:.1f}s", taken);
        text_ += status.completed ? " done\n" : "\n";
        open |= !status.completed;
    }
    step.updated_lines.clear();
    return open;
}

void PlainDisplay::print_warnings_of(Step &step) {
    auto &printed = printed_[&step].warnings;
    for (; printed < step.warnings.size(); ++printed)
        fmt::format_to(std::back_inserter(text_), "#{} WARN: {}\n", step.number,
                       step.warnings[printed].summary);
}

// Removes printed lines from the step's log, except an unfinished last line: if the step loses its
// turn, that line is printed again later.
void PlainDisplay::print_log(Step &step) {
    if (step.log.empty())
        return;
    auto &printed = printed_[&step];
    auto prefix = fmt::format("#{} ", step.number);
    for (std::size_t i = 0; i < step.log.size(); ++i) {
        std::string_view line = step.log[i];
        if (i == 0 && printed.partial > 0)
            line.remove_prefix(std::min(line.size(), printed.partial));
        else
            text_ += prefix;
        text_ += line;
        if (i + 1 < step.log.size() || !step.log_partial)
            text_ += '\n';
        // Like docker buildx, also if a line arrived in parts or its end is missing.
        auto &tail = printed.tail;
        tail.lines[tail.next] = line;
        if (!step.log_partial)
            tail.next = (tail.next + 1) % tail.lines.size();
    }
    if (step.log_partial) {
        step.log.erase(step.log.begin(), step.log.end() - 1);
        printed.partial = step.log.front().size();
    } else {
        step.log.clear();
        printed.partial = 0;
    }
}

void PlainDisplay::print_completed(const Step &step) {
    auto out = std::back_inserter(text_);
    if (step.cancelled())
        fmt::format_to(out, "#{} CANCELED\n", step.number);
    else if (!step.error.empty())
        fmt::format_to(out, "#{} ERROR: {}\n", step.number, step.error);
    else if (step.cached)
        fmt::format_to(out, "#{} CACHED\n", step.number);
    else
        fmt::format_to(out, "#{} DONE {:.1f}s\n", step.number,
                       step.intervals.total_seconds(step.intervals.last_stop()));
}

void PlainDisplay::print_failed_logs() {
    for (auto *step : trace_.steps()) {
        if (!step->failed())
            continue;
        fmt::format_to(std::back_inserter(text_), "------\n > {}:\n", step->name);
        for (auto &line : step->log) // an unfinished last line
            text_ += line + '\n';
        auto &tail = printed_[step].tail;
        for (std::size_t i = 0; i < tail.lines.size(); ++i)
            if (auto &line = tail.lines[(tail.next + i) % tail.lines.size()])
                text_ += *line + '\n';
        text_ += "------\n";
    }
}

void PlainDisplay::flush() {
    if (text_.empty())
        return;
    if (terminal_)
        text_ = lines_for_terminal(text_);
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    out_.flush();
    text_.clear();
}

} // namespace berth::progress
