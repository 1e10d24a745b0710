// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/bridge.hpp"
#include "berth/buildkit/error_details.hpp"
#include "berth/job/call.hpp"
#include "berth/util/error.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace berth::job {
namespace {

using Attributes = std::map<std::string, std::string>;

constexpr std::string_view capability = "moby.buildkit.frontend.subrequests+forward";
// docker buildx 0.38's, the oldest that supports all three requests below.
constexpr const char *newer_frontend =
    "docker/dockerfile:1.8.1@sha256:"
    "e87caa74dcb7d46cd820352bfea12591f3dba3ddc4285e19c7dcd13359f7cefd";
constexpr std::array<std::string_view, 3> known_to_newer = {"frontend.lint", "frontend.outline",
                                                            "frontend.targets"};

void add_capability(Attributes &attributes) {
    auto &capabilities = attributes["frontend.caps"];
    if (capabilities.find(capability) != std::string::npos)
        return;
    if (!capabilities.empty())
        capabilities += ',';
    capabilities += capability;
}

using Request = buildkit::frontend::SolveRequest;

CallAnswer solve(buildkit::Bridge &bridge, const Request &request) {
    auto response = bridge.solve(request);
    const auto &metadata = response.result().metadata();
    return {metadata.begin(), metadata.end()};
}

// Whether a newer frontend may succeed.
bool too_old(const buildkit::Status &status) {
    auto name = buildkit::read_details(status).unsupported_request;
    return std::any_of(known_to_newer.begin(), known_to_newer.end(), [&](std::string_view request) {
        return name == request ||
               (name.empty() &&
                status.message.find(std::string("unsupported request ").append(request)) !=
                    std::string::npos);
    });
}

CallAnswer solve_or_newer(buildkit::Bridge &bridge, Request request) {
    try {
        return solve(bridge, request);
    } catch (const buildkit::GrpcError &error) {
        if (!too_old(error.status()))
            throw;
        (*request.mutable_frontend_opt())["build-arg:BUILDKIT_SYNTAX"] = newer_frontend;
        try {
            return solve(bridge, request);
        } catch (const buildkit::GrpcError &) {
            throw error; // reports the error of the user's frontend
        }
    }
}

} // namespace

CallAnswer call_frontend(buildkit::Bridge &bridge, const std::string &frontend,
                         const Attributes &attributes,
                         const std::map<std::string, pb::Definition> &inputs) {
    auto asked = attributes;
    add_capability(asked);
    Request request;
    request.set_frontend(frontend);
    request.mutable_frontend_opt()->insert(asked.begin(), asked.end());
    request.mutable_frontend_inputs()->insert(inputs.begin(), inputs.end());
    auto answer = solve_or_newer(bridge, std::move(request));
    if (!answer.contains("result.json") && !answer.contains("result.txt"))
        throw Error("failed to build: the frontend gave no answer to --call", ExitCode::failure,
                    "remove the Dockerfile's `# syntax=` line, or name a newer frontend in it");
    return answer;
}

} // namespace berth::job
