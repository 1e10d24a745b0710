#include "berth/build/build_failure.hpp"
#include "berth/progress/source_excerpt.hpp"
#include "berth/util/strings.hpp"

namespace berth::build {

std::string source_excerpt(const std::vector<buildkit::ErrorSource> &sources) {
    std::string text;
    for (const auto &source : sources) {
        std::vector<progress::SourceRange> ranges;
        for (const auto &range : source.ranges)
            ranges.push_back({.start_line = range.start, .end_line = range.end});
        text += progress::source_excerpt(source.file_name, source.data, ranges);
    }
    return text;
}

BuildFailure failure_of_status(const buildkit::Status &status, bool cancelled,
                               const EmulationWatch &emulation,
                               const std::vector<std::string> &platforms) {
    BuildFailure failure{.excerpt = source_excerpt(buildkit::read_details(status).sources),
                         .error = Error("failed to build: cancelled", ExitCode::cancelled)};
    if (cancelled)
        return failure;
    bool ended = status.code == buildkit::StatusCode::cancelled; // by somebody else
    failure.error =
        Error("failed to build: failed to solve: " + printable(buildkit::error_text(status), true),
              ended ? ExitCode::cancelled : ExitCode::failure,
              emulation.missed() ? emulation_hint(emulation.platform(), platforms) : "");
    return failure;
}

} // namespace berth::build
