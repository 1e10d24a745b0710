// SPDX-License-Identifier: Apache-2.0
// A BuildKit in memory with Control/Solve and the bridge of the build that it runs.
#pragma once

#include "berth/buildkit/bridge.hpp"
#include "berth/buildkit/typed_stream.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace berth::test {

namespace api = buildkit::frontend;

class FakeBridge {
  public:
    FakeBridge() {
        services.add(
            "/moby.buildkit.v1.Control/Solve",
            buildkit::unary<buildkit::control::SolveRequest, buildkit::control::SolveResponse>(
                [this](const auto &request, const auto &) { return control(request); }));
        bridge<api::PingRequest, api::PongResponse>(
            "Ping", [](const auto &) { return api::PongResponse(); });
        bridge<api::SolveRequest, api::SolveResponse>(
            "Solve", [this](const auto &request) { return solve(request); });
        bridge<api::ReadFileRequest, api::ReadFileResponse>(
            "ReadFile", [this](const auto &request) {
                ++reads;
                auto offset = static_cast<std::size_t>(request.range().offset());
                auto length = static_cast<std::size_t>(request.range().length());
                api::ReadFileResponse response;
                response.set_data(ignores_range ? file : file.substr(offset, length));
                return response;
            });
        bridge<api::StatFileRequest, api::StatFileResponse>(
            "StatFile", [this](const auto &request) {
                api::StatFileResponse response;
                response.mutable_stat()->set_path(request.path());
                response.mutable_stat()->set_size(static_cast<std::int64_t>(file.size()));
                return response;
            });
        bridge<api::ReturnRequest, api::ReturnResponse>(
            "Return", [this](const auto &request) { return give(request); });
    }

    buildkit::Services services;
    // How the calls end; `solves` and `result` of the bridge's Solve, the first solve first.
    std::vector<buildkit::Status> solves;
    api::Result result;
    buildkit::Status control_status, return_status;
    std::chrono::milliseconds registers_after{0}, waits_for_build{50}, waits_for_return{20'000};
    bool registers = true, ignores_range = false;
    std::string file;

    // What came.
    std::vector<api::SolveRequest> solved;
    std::optional<api::ReturnRequest> returned; // to the last build
    std::atomic<int> pings = 0, reads = 0;

  private:
    template<class Input, class Output>
    void bridge(const std::string &name, std::function<Output(const Input &)> answer) {
        services.add(
            "/moby.buildkit.v1.frontend.LLBBridge/" + name,
            buildkit::unary<Input, Output>(
                [this, name, answer](const Input &input, const buildkit::Metadata &metadata) {
                    if (name == "Ping")
                        ++pings;
                    check_registered(metadata);
                    return answer(input);
                }));
    }

    void check_registered(const buildkit::Metadata &metadata) {
        std::unique_lock lock(mutex_);
        auto id = metadata.find("buildkit-controlapi-buildid");
        if (id == metadata.end() ||
            !changed_.wait_for(lock, waits_for_build, [&] { return builds_.contains(id->second); }))
            throw buildkit::GrpcError(buildkit::StatusCode::not_found, "no such job");
    }

    buildkit::control::SolveResponse control(const buildkit::control::SolveRequest &request) {
        std::unique_lock lock(mutex_);
        returned.reset();
        changed_.wait_for(lock, registers_after, [] { return false; });
        if (registers)
            builds_.insert(request.ref());
        changed_.notify_all();
        changed_.wait_for(lock, waits_for_return, [&] { return returned.has_value(); });
        if (!control_status.ok())
            throw buildkit::GrpcError(control_status);
        if (returned && returned->has_error())
            throw buildkit::GrpcError(static_cast<buildkit::StatusCode>(returned->error().code()),
                                      returned->error().message());
        buildkit::control::SolveResponse response;
        (*response.mutable_exporter_response())["ref"] = request.ref();
        return response;
    }

    api::SolveResponse solve(const api::SolveRequest &request) {
        std::lock_guard lock(mutex_);
        solved.push_back(request);
        if (solved.size() <= solves.size() && !solves[solved.size() - 1].ok())
            throw buildkit::GrpcError(solves[solved.size() - 1]);
        api::SolveResponse response;
        *response.mutable_result() = result;
        return response;
    }

    api::ReturnResponse give(const api::ReturnRequest &request) {
        std::lock_guard lock(mutex_);
        if (!return_status.ok())
            throw buildkit::GrpcError(return_status);
        returned = request;
        changed_.notify_all();
        return {};
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::string> builds_;
};

} // namespace berth::test
