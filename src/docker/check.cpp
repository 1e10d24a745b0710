// SPDX-License-Identifier: Apache-2.0
// The meaning of a failed docker command, from its exit code and the messages of docker 20.10 and
// 28.
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

// Messages about an unreachable engine, and the fix. The first match wins.
constexpr std::array<Meaning, 8> unreachable = {{
    {"permission denied while trying to connect",
     "add yourself to the group docker with `sudo usermod -aG docker $USER`, then log in again"},
    {"cannot connect to the docker daemon",
     "start the engine, or choose another one with `docker context use` or DOCKER_HOST"},
    {"failed to connect to the docker api",
     "start the engine, or choose another one with `docker context use` or DOCKER_HOST"},
    {"error during connect", "check the address in DOCKER_HOST and `docker context ls`"},
    {"invalid bind address format", "write unix:///PATH, tcp://HOST:PORT or ssh://HOST"},
    {"unable to parse docker host", "write unix:///PATH, tcp://HOST:PORT or ssh://HOST"},
    {"unable to resolve docker endpoint", "`docker context ls` lists the contexts"},
    {"client version 1.", "the versions of client and engine do not match, set DOCKER_API_VERSION"},
}};

const char *unreachable_hint(const process::Outcome &outcome) {
    auto said = lower(outcome.err);
    for (const auto &[words, hint] : unreachable)
        if (said.find(words) != std::string::npos)
            return hint;
    return nullptr;
}

// Docker's advice to read its help, and its warning about its configuration, which berth prints
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
            ExitCode::engine_unavailable,
            "install the docker CLI, or set BERTH_DOCKER to its path");
    auto said = without_advice(outcome);
    if (const auto *hint = unreachable_hint(outcome))
        throw Error(printable(said.err), ExitCode::engine_unavailable, hint);
    if (outcome.kind == Kind::timed_out)
        throw Error(process::describe_failure(command, said), ExitCode::engine_unavailable,
                    "check with `docker version` whether the engine answers");
    throw Error(process::describe_failure(command, said), ExitCode::failure);
}

void fail_unloaded(const process::Command &command) {
    throw Error(fmt::format("`{}` ended without loading the image", process::to_shell(command)),
                ExitCode::engine_unavailable, "does `docker version` work?");
}

bool says_not_found(const process::Outcome &outcome) {
    // `docker rm --force` of a missing object reports it and succeeds; podman's inspect exits with
    // 125, which for docker means that it could not run a container.
    auto said = lower(outcome.err);
    bool podmans = outcome.exited_with(125) && !said.starts_with("docker: ");
    if (!outcome.ok() && !outcome.exited_with(1) && !podmans)
        return false;
    bool found = false;
    for (const auto *words : {"no such container", "no such image", "no such volume",
                              "no such object", "image not known"})
        found = found || said.find(words) != std::string::npos;
    // One of several was missing, and then the engine failed.
    return found && unreachable_hint(outcome) == nullptr;
}

} // namespace berth::docker
