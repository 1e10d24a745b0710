// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/dial.hpp"

#include "berth/builder/node.hpp"
#include "berth/builder/remote.hpp"
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
    command.timeout =
        std::chrono::milliseconds(0); // the connection itself detects a silent BuildKit
    return command;
}

buildkit::Dial dial(const docker::Docker &docker, const store::NodeRecord &node,
                    const std::vector<std::string> &by_hand, process::Effect effect) {
    if (node.remote) {
        auto address = read_remote(node);
        auto command = remote_command(docker, address, effect);
        if (!by_hand.empty())
            command.by_hand = remote_buildctl(docker, address, by_hand).argv;
        return {std::move(command), address.tls};
    }
    std::vector<std::string> shown;
    if (!by_hand.empty()) {
        shown = {"buildctl"};
        shown.insert(shown.end(), by_hand.begin(), by_hand.end());
        shown = docker.exec_command(container_name(node.name), std::move(shown), false).argv;
    }
    buildkit::Dial dial = dial_command(docker, container_name(node.name), std::move(shown), effect);
    // Ten to twenty milliseconds: the end of the exec, and docker's question how it ended.
    dial.hang_up = docker.flavour() == docker::Flavour::docker;
    return dial;
}

Error error_of(const buildkit::CommandEnded &ended, const std::string &name) {
    const auto &outcome = ended.outcome();
    auto said = trim(outcome.err);
    // buildctl's own error; docker's begin with a capital.
    constexpr std::string_view buildctl = "error: ";
    if (outcome.exited_with(1) && said.starts_with(buildctl))
        return Error(printable(said.substr(buildctl.size()), true), ExitCode::builder_unavailable,
                     fmt::format("`docker logs` of the container shows the log of builder {}",
                                 printable(name)));
    // The relay of a remote builder.
    if (outcome.exited_with(1) && said.starts_with("nc: "))
        return Error(fmt::format("cannot reach the BuildKit of {}: {}", printable(name),
                                 printable(said.substr(4), true)),
                     ExitCode::builder_unavailable,
                     fmt::format("`berth inspect {}` shows its address", printable(name)));
    if (not_running(outcome))
        return Error(printable(said, true), ExitCode::builder_unavailable,
                     fmt::format("`berth inspect --bootstrap {}` starts the builder", name));
    try {
        docker::check(ended.command(), outcome);
    } catch (const Error &error) {
        return error;
    }
    return ended; // it ended without an error, but too early
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
