// SPDX-License-Identifier: Apache-2.0
#include "berth/solve/read_status.hpp"

#include "berth/buildkit/timestamp.hpp"

namespace berth::solve {
namespace {

namespace control = moby::buildkit::v1;
using buildkit::read_time;

progress::Vertex read_vertex(const control::Vertex &from) {
    progress::Vertex vertex{.digest = from.digest(),
                            .inputs = {from.inputs().begin(), from.inputs().end()},
                            .name = from.name(),
                            .cached = from.cached(),
                            .error = from.error()};
    if (from.has_started())
        vertex.started = read_time(from.started());
    if (from.has_completed())
        vertex.completed = read_time(from.completed());
    if (from.has_progress_group()) {
        vertex.progress_group = from.progress_group().id();
        vertex.progress_group_name = from.progress_group().name();
        vertex.weak_group = from.progress_group().weak();
    }
    return vertex;
}

progress::VertexStatus read_vertex_status(const control::VertexStatus &from) {
    progress::VertexStatus status{.id = from.id(),
                                  .vertex = from.vertex(),
                                  .name = from.name(),
                                  .current = from.current(),
                                  .total = from.total(),
                                  .timestamp = read_time(from.timestamp()).value_or(Time())};
    if (from.has_started())
        status.started = read_time(from.started());
    if (from.has_completed())
        status.completed = read_time(from.completed());
    return status;
}

progress::VertexWarning read_warning(const control::VertexWarning &from) {
    progress::VertexWarning warning{.vertex = from.vertex(),
                                    .level = static_cast<int>(from.level()),
                                    .summary = from.short_(),
                                    .detail = {from.detail().begin(), from.detail().end()},
                                    .url = from.url(),
                                    .file_name = from.info().filename(),
                                    .file_data = from.info().data(),
                                    .file_language = from.info().language()};
    for (const auto &range : from.ranges())
        warning.ranges.push_back(
            {.start_line = range.start().line(), .end_line = range.end().line()});
    return warning;
}

progress::SolveStatus without_logs(const control::StatusResponse &response) {
    progress::SolveStatus status;
    for (const auto &vertex : response.vertexes())
        status.vertexes.push_back(read_vertex(vertex));
    for (const auto &one : response.statuses())
        status.statuses.push_back(read_vertex_status(one));
    for (const auto &warning : response.warnings())
        status.warnings.push_back(read_warning(warning));
    return status;
}

// The steps in their state before the end of the log.
progress::SolveStatus begun(const progress::SolveStatus &status) {
    progress::SolveStatus result{.vertexes = status.vertexes};
    for (auto &vertex : result.vertexes) {
        vertex.completed.reset();
        vertex.error.clear();
    }
    return result;
}

} // namespace

void report_status(control::StatusResponse response,
                   const std::function<void(const progress::SolveStatus &)> &report) {
    constexpr std::size_t piece = 256u << 10; // bytes of a log
    auto status = without_logs(response);
    bool first = true;
    std::vector<progress::VertexLog> logs;
    std::size_t size = 0;
    for (auto &log : *response.mutable_logs()) {
        size += log.msg().size();
        logs.push_back({.vertex = log.vertex(),
                        .stream = static_cast<int>(log.stream()),
                        .data = std::move(*log.mutable_msg()),
                        .timestamp = read_time(log.timestamp()).value_or(Time())});
        if (size < piece)
            continue;
        if (std::exchange(first, false))
            report(begun(status));
        report({.logs = std::exchange(logs, {})});
        size = 0;
    }
    status.logs = std::move(logs);
    report(status);
}

} // namespace berth::solve
