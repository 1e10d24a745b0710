#include "solve_status_fields.hpp"

#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

namespace berth::progress {

namespace {

using S = SolveStatus;
constexpr Field root_fields[] = {
    {"vertexes", "vertexes", ObjectList{Place::vertex, [](S &s) { s.vertexes.emplace_back(); }}},
    {"statuses", "statuses", ObjectList{Place::status, [](S &s) { s.statuses.emplace_back(); }}},
    {"logs", "logs", ObjectList{Place::log, [](S &s) { s.logs.emplace_back(); }}},
    {"warnings", "warnings", ObjectList{Place::warning, [](S &s) { s.warnings.emplace_back(); }}},
};
constexpr Field vertex_fields[] = {
    {"digest", "vertexes.digest",
     Text{[](S &s) -> std::string & { return s.vertexes.back().digest; }}},
    {"inputs", "vertexes.inputs",
     TextList{[](S &s) -> std::vector<std::string> & { return s.vertexes.back().inputs; }, false}},
    {"name", "vertexes.name", Text{[](S &s) -> std::string & { return s.vertexes.back().name; }}},
    {"started", "vertexes.started",
     Moment{[](S &s, Time time) { s.vertexes.back().started = time; }}},
    {"completed", "vertexes.completed",
     Moment{[](S &s, Time time) { s.vertexes.back().completed = time; }}},
    {"cached", "vertexes.cached", Flag{[](S &s) -> bool & { return s.vertexes.back().cached; }}},
    {"error", "vertexes.error",
     Text{[](S &s) -> std::string & { return s.vertexes.back().error; }}},
    {"progressGroup", "vertexes.progressGroup", Object{Place::group}},
};
constexpr Field group_fields[] = {
    {"id", "vertexes.progressGroup.id",
     Text{[](S &s) -> std::string & { return s.vertexes.back().progress_group; }}},
    {"name", "vertexes.progressGroup.name",
     Text{[](S &s) -> std::string & { return s.vertexes.back().progress_group_name; }}},
    {"weak", "vertexes.progressGroup.weak",
     Flag{[](S &s) -> bool & { return s.vertexes.back().weak_group; }}},
};
constexpr Field status_fields[] = {
    {"id", "statuses.id", Text{[](S &s) -> std::string & { return s.statuses.back().id; }}},
    {"vertex", "statuses.vertex",
     Text{[](S &s) -> std::string & { return s.statuses.back().vertex; }}},
    {"name", "statuses.name", Text{[](S &s) -> std::string & { return s.statuses.back().name; }}},
    {"current", "statuses.current",
     Integer{[](S &s) -> std::int64_t & { return s.statuses.back().current; }}},
    {"total", "statuses.total",
     Integer{[](S &s) -> std::int64_t & { return s.statuses.back().total; }}},
    {"timestamp", "statuses.timestamp",
     Moment{[](S &s, Time time) { s.statuses.back().timestamp = time; }}},
    {"started", "statuses.started",
     Moment{[](S &s, Time time) { s.statuses.back().started = time; }}},
    {"completed", "statuses.completed",
     Moment{[](S &s, Time time) { s.statuses.back().completed = time; }}},
};
constexpr Field log_fields[] = {
    {"data", "logs.data", Bytes{[](S &s) -> std::string & { return s.logs.back().data; }}},
    {"vertex", "logs.vertex", Text{[](S &s) -> std::string & { return s.logs.back().vertex; }}},
    {"stream", "logs.stream", SmallInteger{[](S &s) -> int & { return s.logs.back().stream; }}},
    {"timestamp", "logs.timestamp",
     Moment{[](S &s, Time time) { s.logs.back().timestamp = time; }}},
};
constexpr Field warning_fields[] = {
    {"vertex", "warnings.vertex",
     Text{[](S &s) -> std::string & { return s.warnings.back().vertex; }}},
    {"level", "warnings.level",
     SmallInteger{[](S &s) -> int & { return s.warnings.back().level; }}},
    {"short", "warnings.short",
     Bytes{[](S &s) -> std::string & { return s.warnings.back().summary; }}},
    {"detail", "warnings.detail",
     TextList{[](S &s) -> std::vector<std::string> & { return s.warnings.back().detail; }, true}},
    {"url", "warnings.url", Text{[](S &s) -> std::string & { return s.warnings.back().url; }}},
    {"sourceInfo", "warnings.sourceInfo", Object{Place::source}},
    {"range", "warnings.range",
     ObjectList{Place::range, [](S &s) { s.warnings.back().ranges.emplace_back(); }}},
};
constexpr Field source_fields[] = {
    {"filename", "warnings.sourceInfo.filename",
     Text{[](S &s) -> std::string & { return s.warnings.back().file_name; }}},
    {"language", "warnings.sourceInfo.language",
     Text{[](S &s) -> std::string & { return s.warnings.back().file_language; }}},
    {"data", "warnings.sourceInfo.data",
     Bytes{[](S &s) -> std::string & { return s.warnings.back().file_data; }}},
};
constexpr Field range_fields[] = {
    {"start", "warnings.range.start", Object{Place::start}},
    {"end", "warnings.range.end", Object{Place::end}},
};
constexpr Field start_fields[] = {
    {"line", "warnings.range.start.line",
     SmallInteger{[](S &s) -> int & { return s.warnings.back().ranges.back().start_line; }}},
};
constexpr Field end_fields[] = {
    {"line", "warnings.range.end.line",
     SmallInteger{[](S &s) -> int & { return s.warnings.back().ranges.back().end_line; }}},
};

} // namespace

std::span<const Field> fields_of(Place place) {
    switch (place) {
    case Place::root:
        return root_fields;
    case Place::vertex:
        return vertex_fields;
    case Place::group:
        return group_fields;
    case Place::status:
        return status_fields;
    case Place::log:
        return log_fields;
    case Place::warning:
        return warning_fields;
    case Place::source:
        return source_fields;
    case Place::range:
        return range_fields;
    case Place::start:
        return start_fields;
    case Place::end:
        return end_fields;
    }
    return {};
}

std::string_view expected(const Kind &kind) {
    constexpr std::string_view names[] = {
        "a string", "a base64 string",   "a whole number", "a whole number",   "true or false",
        "a time",   "a list of strings", "an object",      "a list of objects"};
    static_assert(std::size(names) == std::variant_size_v<Kind>);
    return names[kind.index()];
}

} // namespace berth::progress
