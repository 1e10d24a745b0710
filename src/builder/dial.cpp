// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/dial.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::builder {
namespace {

bool not_running(const process::Outcome &outcome) {
    if (docker::says_not_found(outcome))
        return true;
    for (const auto *text : {" is not running", " is paused", " is restarting"})
        if (outcome.exited_with(1) && outcome.err.find(text) != std::string::npos)
            return true;
    return false;
}

} // namespace

process::Command dial_command(const docker::Docker &docker, const std::string &container,
                              std::vector<std::string> by_hand, process::Effect effect) {
    auto command = docker.exec_command(container, {"buildctl", "dial-stdio"}, true, effect);
    command.by_hand = std::move(by_hand);
    command.timeout = std::chrono::milliseconds(0); // the connection sees whether BuildKit answers
    return command;
}

Error error_of(const buildkit::CommandEnded &ended, const std::string &name) {
    const auto &outcome = ended.outcome();
    auto said = trim(outcome.err);
    // buildctl's own error; docker's begin with a capital.
    constexpr std::string_view buildctl = "error: ";
    if (outcome.exited_with(1) && said.starts_with(buildctl))
        return Error(printable(said.substr(buildctl.size()), true), ExitCode::builder_unavailable,
                     fmt::format("`docker logs` of the container shows what BuildKit of {} says",
                                 printable(name)));
    if (not_running(outcome))
        return Error(printable(said, true), ExitCode::builder_unavailable,
                     fmt::format("`berth inspect --bootstrap {}` boots the builder", name));
    try {
        docker::check(ended.command(), outcome);
    } catch (const Error &error) {
        return error;
    }
    return ended; // it ended well, and too early
}

Error error_of(const buildkit::GrpcError &error, const std::string &name) {
    auto said = printable(error.status().message, true);
    if (error.status().code == buildkit::StatusCode::unimplemented)
        return Error(fmt::format("the BuildKit of builder {} is too old for this: {}", name, said),
                     ExitCode::failure, fmt::format("`berth inspect {}` shows its version", name));
    if (error.status().code == buildkit::StatusCode::cancelled)
        return Error(said.empty() ? "cancelled" : said, ExitCode::failure);
    return Error(said.empty() ? to_string(error.status().code) : said);
}

} // namespace berth::builder
