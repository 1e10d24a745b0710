#include "berth/build/build_failure.hpp"

#include "berth/docker/docker.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::build {

BuildFailure failure_of_status(const buildkit::Status &status, const EmulationWatch &emulation,
                               const std::vector<std::string> &platforms) {
    return {.excerpt = {},
            .error =
                Error("failed to build: failed to solve: " + status.message, ExitCode::failure,
                      emulation.missed() ? emulation_hint(emulation.platform(), platforms) : "")};
}

Error ended_early(const buildkit::CommandEnded &ended, const std::string &container) {
    const auto &outcome = ended.outcome();
    try {
        docker::check(ended.command(), outcome);
    } catch (const Error &error) {
        if (error.code() == ExitCode::builder_unavailable)
            return error;
    }
    auto said = std::string(trim(outcome.err));
    return Error(
        fmt::format("failed to build: the build in {} ended without a result ({} {}{}{})",
                    container,
                    outcome.kind == process::Outcome::Kind::exited ? "exit code" : "signal",
                    outcome.code, said.empty() ? "" : ": ", printable(said)),
        ExitCode::failure, fmt::format("`docker logs {}` may tell why", container));
}

} // namespace berth::build
