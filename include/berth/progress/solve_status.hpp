// SPDX-License-Identifier: Apache-2.0
// BuildKit's SolveStatus: an update of a build's progress. A vertex is repeated with more fields;
// displays merge by digest.
#pragma once

#include "berth/util/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::progress {

struct Vertex {
    std::string digest; // sha256:…
    std::vector<std::string> inputs = {};
    std::string name = {};
    std::optional<Time> started = {}, completed = {};
    bool cached = false;
    std::string error = {};
    // Vertices of one group (COPY --link and its merge) are drawn as one step of the group's name.
    std::string progress_group = {}; // its id; empty: none
    std::string progress_group_name = {};
    bool weak_group = false; // a member that does not show the group on its own
};

struct VertexStatus {
    std::string id = {}, vertex = {}, name = {};
    std::int64_t current = 0, total = 0; // bytes, or steps; total 0: unknown
    Time timestamp = {};
    std::optional<Time> started = {}, completed = {};
};

struct VertexLog {
    std::string vertex = {};
    int stream = 1;        // 1: standard output, 2: standard error
    std::string data = {}; // unchanged: parts of lines, several lines, any bytes
    Time timestamp = {};
};

struct SourceRange {
    int start_line = 0, end_line = 0; // from 1
};

struct VertexWarning {
    std::string vertex = {};
    int level = 0;
    std::string summary = {};
    std::vector<std::string> detail = {};
    std::string url = {};
    std::string file_name = {}, file_data = {}, file_language = {}; // the source that it refers to
    std::vector<SourceRange> ranges = {};
};

struct SolveStatus {
    std::vector<Vertex> vertexes = {};
    std::vector<VertexStatus> statuses = {};
    std::vector<VertexLog> logs = {};
    std::vector<VertexWarning> warnings = {};
};

// A line of `--progress rawjson`, without its newline: JSON with docker buildx's names, order and
// omissions.
std::string format_solve_status(const SolveStatus &status);
// A single warning, in the same form.
std::string format_warning(const VertexWarning &warning);

} // namespace berth::progress
