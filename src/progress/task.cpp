// SPDX-License-Identifier: Apache-2.0
#include "berth/progress/display.hpp"
#include "berth/util/encoding.hpp"

#include <exception>

namespace berth::progress {

// The digest is random: two tasks with the same name are two steps.
Task::Task(Display &display, std::string name, Clock now)
    : display_(display), now_(std::move(now)) {
    vertex_.digest = "sha256:" + random_hex(64);
    vertex_.name = std::move(name);
    vertex_.started = now_();
    send({.vertexes = {vertex_}});
}

Task::~Task() {
    if (completed_)
        return;
    try {
        if (std::uncaught_exceptions() > 0)
            fail("context canceled"); // a caller with an error would have called fail()
        else
            done();
    } catch (...) { // a failure to draw must not end the program
        completed_ = true;
    }
}

void Task::status(const std::string &id, std::int64_t current, std::int64_t total, bool completed) {
    auto now = now_();
    auto started = started_.try_emplace(id, now).first->second;
    VertexStatus status{.id = id, .vertex = vertex_.digest, .current = current, .total = total};
    status.timestamp = now;
    status.started = started;
    if (completed)
        status.completed = now;
    send({.statuses = {std::move(status)}});
}

void Task::outcome(const std::string &id, const std::string &name) {
    auto now = now_();
    VertexStatus status{.id = id, .vertex = vertex_.digest, .name = name, .timestamp = now};
    status.started = status.completed = now;
    send({.statuses = {std::move(status)}});
}

void Task::step(const std::string &id, const std::function<void()> &work) {
    status(id, 0, 0, false);
    try {
        work();
    } catch (...) {
        status(id, 0, 0, true);
        throw;
    }
    status(id, 0, 0, true);
}

void Task::log(std::string_view text) {
    send({.logs = {{.vertex = vertex_.digest,
                    .stream = 1,
                    .data = std::string(text),
                    .timestamp = now_()}}});
}

void Task::done() {
    complete({});
}

void Task::fail(const std::string &error) {
    complete(error);
}

void Task::complete(const std::string &error) {
    if (completed_)
        return;
    completed_ = true;
    vertex_.completed = now_();
    vertex_.error = error;
    send({.vertexes = {vertex_}});
}

void Task::send(const SolveStatus &status) {
    display_.update(status);
}

} // namespace berth::progress
