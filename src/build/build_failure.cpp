#include "berth/build/build_failure.hpp"

#include "berth/docker/docker.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::build {

namespace {

// The last `error: …` of buildctl (it may have several lines) and what came before it.
struct FailureText {
    std::string before, error;
};

FailureText take_apart(const std::string &text) {
    constexpr std::string_view mark = "error: ";
    auto at = text.starts_with(mark) ? 0 : text.rfind("\nerror: ");
    if (at == std::string::npos)
        return {.before = text, .error = {}};
    if (at > 0)
        ++at;
    return {.before = text.substr(0, at),
            .error = std::string(trim(std::string_view(text).substr(at + mark.size())))};
}

// buildctl gave no reason: the container or the connection to it went.
std::string ended_early(const SolveResult &result, const std::string &container) {
    auto said = std::string(trim(result.text));
    return fmt::format("the build in {} ended without a result ({}{}{}); `docker logs {}` may tell",
                       container,
                       result.outcome.kind == process::Outcome::Kind::exited
                           ? fmt::format("exit code {}", result.outcome.code)
                           : fmt::format("signal {}", result.outcome.code),
                       said.empty() ? "" : ": ", said, container);
}

} // namespace

BuildFailure read_failure(const SolveResult &result, const std::string &container, bool cancelled,
                          const std::vector<std::string> &platforms) {
    if (result.kind == SolveResult::Kind::no_builder)
        docker::check(result.command, result.outcome); // throws with docker's reason
    BuildFailure failure{.excerpt = {},
                         .error = Error("failed to build: cancelled", ExitCode::cancelled)};
    if (result.kind != SolveResult::Kind::failed)
        return failure;
    auto text = take_apart(result.text);
    if (text.error.empty())
        text = {.before = {}, .error = ended_early(result, container)};
    failure.excerpt = text.before;
    if (!cancelled)
        failure.error =
            Error("failed to build: " + text.error, ExitCode::failure,
                  result.emulation.missed() ? emulation_hint(result.emulation.platform(), platforms)
                                            : "");
    return failure;
}

} // namespace berth::build
