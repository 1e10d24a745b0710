// SPDX-License-Identifier: Apache-2.0
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

// The engine cannot be spoken to, and what mends it. The first that fits counts.
constexpr std::array<Meaning, 8> unreachable = {{
    {"permission denied while trying to connect",
     "is this user in the group docker? `sudo usermod -aG docker $USER`, then log in again"},
    {"cannot connect to the docker daemon",
     "start the engine, or see `docker context ls` and DOCKER_HOST for the one that is meant"},
    {"failed to connect to the docker api",
     "start the engine, or see `docker context ls` and DOCKER_HOST for the one that is meant"},
    {"error during connect",
     "see `docker context ls` and DOCKER_HOST for the engine that is meant"},
    {"invalid bind address format", "write unix:///PATH, tcp://HOST:PORT or ssh://HOST"},
    {"unable to parse docker host", "write unix:///PATH, tcp://HOST:PORT or ssh://HOST"},
    {"unable to resolve docker endpoint", "`docker context ls` lists the contexts there are"},
    {"client version 1.", "the engine is of another age: DOCKER_API_VERSION may bridge it"},
}};

const char *unreachable_hint(const process::Outcome &outcome) {
    auto said = lower(outcome.err);
    for (const auto &[words, hint] : unreachable)
        if (said.find(words) != std::string::npos)
            return hint;
    return nullptr;
}

// Docker's advice to read docker's help, and its warning of its configuration, which berth gives
// itself (store/docker_config.hpp).
bool is_beside_the_point(std::string_view line) {
    bool help = (line.starts_with("See 'docker ") || line.starts_with("Run 'docker ")) &&
                line.find("--help'") != std::string_view::npos;
    return help || line.starts_with("Usage:  docker ") ||
           line.starts_with("WARNING: Error parsing config file") ||
           line.starts_with("WARNING: Error loading config file");
}

process::Outcome without_advice(const process::Outcome &outcome) {
    auto result = outcome;
    std::vector<std::string> kept;
    for (auto &line : split(outcome.err, '\n'))
        if (!is_beside_the_point(line))
            kept.push_back(std::move(line));
    result.err = one_line(join(kept, "\n"));
    return result;
}

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
    auto said = without_advice(outcome);
    if (const auto *hint = unreachable_hint(outcome))
        throw Error(printable(said.err), ExitCode::engine_unavailable, hint);
    if (outcome.kind == Kind::timed_out)
        throw Error(process::describe_failure(command, said), ExitCode::engine_unavailable,
                    "is the engine busy or far away? `docker version` tells whether it answers");
    throw Error(process::describe_failure(command, said), ExitCode::failure);
}

bool says_not_found(const process::Outcome &outcome) {
    // `docker rm --force` of nothing says so and is content; podman's inspect gives 125, which of
    // docker means that it could not run a container.
    auto said = lower(outcome.err);
    bool podmans = outcome.exited_with(125) && !said.starts_with("docker: ");
    if (!outcome.ok() && !outcome.exited_with(1) && !podmans)
        return false;
    bool found = false;
    for (const auto *words : {"no such container", "no such image", "no such volume",
                              "no such object", "image not known"})
        found = found || said.find(words) != std::string::npos;
    // One of several was not there, and then the engine went.
    return found && unreachable_hint(outcome) == nullptr;
}

} // namespace berth::docker
