// SPDX-License-Identifier: Apache-2.0
#include "berth/job/build_failure.hpp"

#include "berth/docker/docker.hpp"
#include "berth/progress/source_excerpt.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::job {

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

namespace {

// BuildKit's error of a registry at localhost that it did not reach.
constexpr const char *loopback_refused[] = {"dial tcp 127.0.0.1:", "dial tcp [::1]:"};
constexpr const char *loopback_hint =
    "in a builder, localhost is its own container; `berth create --driver-opt network=host` "
    "creates one in the engine's network";

std::string hint(const std::string &error, const EmulationWatch &emulation,
                 const std::vector<std::string> &platforms) {
    if (emulation.missed())
        return emulation_hint(emulation.platform(), platforms);
    for (const auto *text : loopback_refused)
        if (error.find(text) != std::string::npos && error.ends_with("connect: connection refused"))
            return loopback_hint;
    return "";
}

} // namespace

BuildFailure failure_of_status(const buildkit::Status &status, bool cancelled,
                               const EmulationWatch &emulation,
                               const std::vector<std::string> &platforms) {
    BuildFailure failure{.excerpt = source_excerpt(buildkit::read_details(status).sources),
                         .error = build_cancelled()};
    if (cancelled)
        return failure;
    auto text = buildkit::error_text(status);
    bool ended = status.code == buildkit::StatusCode::cancelled; // by another client
    failure.error =
        Error("failed to build: failed to solve: " + printable(text, true),
              ended ? ExitCode::cancelled : ExitCode::failure, hint(text, emulation, platforms));
    return failure;
}

Error build_cancelled() {
    return Error("failed to build: cancelled", ExitCode::cancelled);
}

Error ended_early(const buildkit::CommandEnded &ended, const std::string &container) {
    const auto &outcome = ended.outcome();
    try {
        docker::check(ended.command(), outcome);
    } catch (const Error &error) {
        if (error.code() == ExitCode::builder_unavailable)
            return error;
    }
    auto said = one_line(outcome.err);
    return Error(
        fmt::format("failed to build: the build in {} ended without a result ({} {}{}{})",
                    container,
                    outcome.kind == process::Outcome::Kind::exited ? "exit code" : "signal",
                    outcome.code, said.empty() ? "" : ": ", printable(said)),
        ExitCode::failure, fmt::format("`docker logs {}` may show why", container));
}

} // namespace berth::job
