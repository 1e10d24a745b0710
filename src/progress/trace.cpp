// SPDX-License-Identifier: Apache-2.0
#include "trace.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::progress {

namespace {

constexpr std::size_t longest_line = 1u << 20;

// The memory of a line.
std::size_t line_bytes(const std::string &line) {
    return sizeof(std::string) + line.size();
}

} // namespace

bool Step::cancelled() const {
    return error.ends_with("context canceled");
}

Trace::Entry *Trace::find(const std::string &digest) {
    auto found = by_digest_.find(digest);
    return found == by_digest_.end() ? nullptr : found->second;
}

Trace::Entry &Trace::make_entry() {
    return entries_.emplace_back();
}

const std::vector<Step *> &Trace::updated() {
    std::erase_if(updated_, [](Step *step) {
        step->in_updated = step->updated;
        return !step->updated;
    });
    return updated_;
}

Trace::Count Trace::count() const {
    Count count;
    auto add = [&count](const Entry &entry) {
        count.total += entry.step.hidden ? 0 : 1;
        count.completed += !entry.step.hidden && entry.step.completed() ? 1 : 0;
    };
    for (auto &[digest, entry] : by_digest_)
        add(*entry);
    for (auto &[id, group] : by_group_)
        add(*group);
    return count;
}

void Trace::touch(Step &step, Time now, bool draw) {
    if (step.count == 0)
        step.waiting_since = now;
    ++step.count;
    if (!draw)
        return;
    step.updated = true;
    if (!step.in_updated)
        updated_.push_back(&step);
    step.in_updated = true;
}

void Trace::started_first(Time started, Time now) {
    if (!clock_ahead_)
        clock_ahead_ = difference(now, started);
}

void Trace::update(const SolveStatus &status, Time now) {
    std::vector<Entry *> groups;
    for (auto &vertex : status.vertexes) {
        if (!first_started_)
            first_started_ = vertex.started;
        if (vertex.progress_group.empty()) {
            update_vertex(vertex, now);
            continue;
        }
        auto *&group = by_group_[vertex.progress_group];
        if (!group) {
            group = &make_entry();
            group->step.name = vertex.progress_group_name;
            group->step.hidden = true;
        }
        by_digest_[vertex.digest] = group;
        if (group->members_in_update.empty())
            groups.push_back(group);
        group->members_in_update.push_back(&vertex);
    }
    for (auto *group : groups) {
        update_group(*group, now);
        if (group->step.hidden)
            continue;
        if (!group->shown)
            order_.push_back(&group->step);
        if (!group->shown || group->changed)
            touch(group->step, now, true);
        group->shown = true;
        group->changed = false;
    }
    for (auto &line : status.statuses)
        update_status(line, now);
    for (auto &warning : status.warnings) {
        warnings_.push_back(warning);
        if (auto *entry = find(warning.vertex)) {
            entry->step.warnings.push_back(warning);
            touch(entry->step, now, false);
        }
    }
    for (auto &log : status.logs)
        update_log(log, now);
}

void Trace::update_vertex(const Vertex &vertex, Time now) {
    auto *&entry = by_digest_[vertex.digest];
    bool known = entry != nullptr;
    if (!entry)
        entry = &make_entry();
    auto &step = entry->step;
    bool was_started = step.started();
    if (vertex.started) {
        auto &seen = entry->seen;
        if (!seen || vertex.completed || seen->name != vertex.name ||
            seen->started != vertex.started || seen->cached != vertex.cached ||
            seen->error != vertex.error)
            touch(step, now, true);
        seen = vertex;
        if (!was_started) {
            started_first(*vertex.started, now);
            order_.push_back(&step);
        }
        step.intervals.add(*vertex.started, vertex.completed);
    }
    // A repeated vertex without a start only duplicates its announcement.
    if (!known || !was_started || vertex.started) {
        step.name = vertex.name;
        step.error = vertex.error;
        step.cached = vertex.cached;
    }
}

// Like docker buildx, uses only the last occurrence of a member in an update, which affects the
// time of the group.
void Trace::update_group(Entry &group, Time now) {
    std::unordered_map<std::string_view, const Vertex *> last;
    for (auto *vertex : group.members_in_update)
        last[vertex->digest] = vertex;
    for (auto *vertex : group.members_in_update)
        if (last[vertex->digest] == vertex)
            update_member(*vertex, group, now);
    group.members_in_update.clear();
    bool cached = group.uncached == 0; // all members
    group.changed |= cached != group.step.cached;
    group.step.cached = cached;
}

void Trace::update_member(const Vertex &vertex, Entry &group, Time now) {
    auto &step = group.step;
    if (vertex.started) {
        started_first(*vertex.started, now);
        group.changed |= step.intervals.add(*vertex.started, vertex.completed);
        if (!vertex.weak_group)
            step.hidden = false;
    }
    if (!step.error.empty()) {
        step.hidden = false;
    } else if (!vertex.error.empty()) {
        step.error = vertex.error;
        group.changed = true;
    }
    auto [member, added] = group.members.try_emplace(vertex.digest, vertex.cached);
    if (!added) {
        group.uncached -= member->second ? 0 : 1;
        member->second = vertex.cached;
    }
    group.uncached += vertex.cached ? 0 : 1;
}

void Trace::update_status(const VertexStatus &status, Time now) {
    auto *entry = find(status.vertex);
    if (!entry)
        return;
    auto &line = entry->statuses[status.id];
    line.status = status;
    auto &step = entry->step;
    if (status.started && !line.listed) {
        line.listed = true;
        line.position = step.lines.size();
        step.lines.push_back(&line);
    }
    if (line.listed)
        step.updated_lines.insert(line.position);
    touch(step, now, true);
}

void Trace::update_log(const VertexLog &log, Time now) {
    auto *entry = find(log.vertex);
    if (!entry)
        return;
    auto &step = entry->step;
    std::string_view rest = log.data;
    bool first = true;
    // Splits very long lines, so that output without newlines appears too.
    auto most = log_limit_ == 0 ? longest_line : std::min(longest_line, log_limit_ / 4);
    std::string prefix;
    while (!rest.empty()) {
        auto end = rest.find('\n');
        auto text = rest.substr(0, end);
        rest.remove_prefix(std::min(rest.size(), end == rest.npos ? end : end + 1));
        if (first && step.log_partial && !step.log.empty() && step.log.back().size() < most) {
            step.log.back() += text;
            step.log_bytes += text.size();
        } else {
            if (prefix.empty()) {
                double since = step.started()
                                   ? seconds(difference(log.timestamp, step.intervals.last_start()))
                                   : 0;
                prefix = fmt::format("{:.{}f} ", since, since < 10 ? 3 : since < 100 ? 2 : 1);
            }
            step.log.emplace_back().reserve(prefix.size() + text.size());
            step.log.back().append(prefix).append(text);
            step.log_bytes += line_bytes(step.log.back());
        }
        first = false;
    }
    step.log_partial = !log.data.ends_with('\n');
    while (log_limit_ > 0 && step.log_bytes > log_limit_ && step.log.size() > 1) {
        step.log_bytes -= line_bytes(step.log.front());
        step.log.pop_front();
    }
    touch(step, now, true);
}

} // namespace berth::progress
