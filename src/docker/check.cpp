// What a docker command's failure means, told from its exit and the words of docker 20.10 and 28.
#include "berth/docker/docker.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::docker {

namespace {

struct Meaning {
    std::string_view words; // in lower case
    const char *hint;
};

// The engine cannot be spoken to, and what mends it.
constexpr std::array<Meaning, 9> unreachable = {{
    {"permission denied while trying to connect",
     "is this user in the group docker? `sudo usermod -aG docker $USER`, then log in again"},
    {"got permission denied", "is this user in the group docker?"},
    {"cannot connect to the docker daemon",
     "start the engine, or see `docker context ls` and DOCKER_HOST for the one that is meant"},
    {"error during connect",
     "see `docker context ls` and DOCKER_HOST for the engine that is meant"},
    {"failed to connect to the docker api",
     "start the engine, or see `docker context ls` and DOCKER_HOST for the one that is meant"},
    {"unable to resolve docker endpoint", "`docker context ls` lists the contexts there are"},
    {"context not found", "`docker context ls` lists the contexts there are"},
    {"unable to parse docker host", "write unix:///PATH, tcp://HOST:PORT or ssh://HOST"},
    {"client version", "the engine is of another age: DOCKER_API_VERSION may bridge it"},
}};

} // namespace

void check(const process::Command &command, const process::Outcome &outcome) {
    using Kind = process::Outcome::Kind;
    if (outcome.ok())
        return;
    if (outcome.kind == Kind::cancelled)
        throw Error("cancelled", ExitCode::cancelled);
    if (outcome.kind == Kind::not_started)
        throw Error(
            fmt::format("cannot run '{}': {}", printable(command.argv.front()), trim(outcome.err)),
            ExitCode::engine_unavailable, "install the docker CLI, or name it in BERTH_DOCKER");
    auto said = lower(outcome.err);
    for (const auto &[words, hint] : unreachable)
        if (said.find(words) != std::string::npos)
            throw Error(printable(trim(outcome.err), true), ExitCode::engine_unavailable, hint);
    if (outcome.kind == Kind::timed_out)
        throw Error(process::describe_failure(command, outcome), ExitCode::engine_unavailable,
                    "is the engine busy or far away? `docker version` tells whether it answers");
    throw Error(process::describe_failure(command, outcome), ExitCode::failure);
}

} // namespace berth::docker
