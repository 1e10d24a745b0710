// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/bridge.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <thread>

namespace berth::buildkit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto longest_registration = std::chrono::seconds(15);
constexpr auto pause = std::chrono::milliseconds(100);
constexpr std::size_t read_at_once = 4u << 20; // less than the limit of a message, 16 MiB

google::rpc::Status to_proto(const Status &status) {
    google::rpc::Status proto;
    proto.set_code(static_cast<int>(status.code));
    proto.set_message(status.message);
    for (const auto &detail : status.details) {
        auto &added = *proto.add_details();
        added.set_type_url(detail.type_url);
        added.set_value(detail.value);
    }
    return proto;
}

} // namespace

Bridge::Bridge(Connection &connection, std::string ref)
    : calls_(connection), ref_(std::move(ref)) {}

template<class Output, class Input>
Output Bridge::call(const char *name, const Input &input, CallOptions options) {
    options.metadata.emplace("buildkit-controlapi-buildid", ref_);
    Output output;
    parse(calls_.call(std::string("/moby.buildkit.v1.frontend.LLBBridge/") + name,
                      input.SerializeAsString(), options),
          output);
    return output;
}

frontend::PongResponse Bridge::ping() {
    auto end = Clock::now() + longest_registration;
    for (;;) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        try {
            return call<frontend::PongResponse>("Ping", frontend::PingRequest(), {.timeout = left});
        } catch (const GrpcError &error) {
            // BuildKit itself waits three seconds for the build.
            if (error.status().code != StatusCode::not_found || Clock::now() + pause >= end)
                throw;
        }
        std::this_thread::sleep_for(pause);
    }
}

frontend::SolveResponse Bridge::solve(const frontend::SolveRequest &request) {
    auto asked = request;
    asked.set_allow_result_return(true);
    asked.set_allow_result_array_ref(true);
    return call<frontend::SolveResponse>("Solve", asked);
}

std::string Bridge::read_file(const std::string &ref, const std::string &path,
                              std::size_t largest) {
    frontend::ReadFileRequest request;
    request.set_ref(ref);
    request.set_file_path(path);
    std::string content;
    for (;;) {
        auto wanted = std::min(read_at_once - 1, largest - content.size()) + 1;
        request.mutable_range()->set_offset(static_cast<std::int64_t>(content.size()));
        request.mutable_range()->set_length(static_cast<std::int64_t>(wanted));
        auto piece = call<frontend::ReadFileResponse>("ReadFile", request).data();
        if (piece.size() > largest - content.size())
            throw FileTooLarge(fmt::format("{} is larger than {} bytes", printable(path), largest));
        content += piece;
        if (piece.size() < wanted)
            return content;
    }
}

std::string Bridge::read_start(const std::string &ref, const std::string &path, std::size_t size) {
    frontend::ReadFileRequest request;
    request.set_ref(ref);
    request.set_file_path(path);
    request.mutable_range()->set_length(static_cast<std::int64_t>(size));
    return call<frontend::ReadFileResponse>("ReadFile", request).data();
}

fsutil::types::Stat Bridge::stat_file(const std::string &ref, const std::string &path) {
    frontend::StatFileRequest request;
    request.set_ref(ref);
    request.set_path(path);
    return call<frontend::StatFileResponse>("StatFile", request).stat();
}

void Bridge::evaluate(const std::string &ref) {
    frontend::EvaluateRequest request;
    request.set_ref(ref);
    try {
        call<frontend::EvaluateResponse>("Evaluate", request);
    } catch (const GrpcError &error) {
        if (error.status().code != StatusCode::unimplemented)
            throw;
        stat_file(ref, "."); // like BuildKit's client with an older BuildKit
    }
}

void Bridge::evaluate_all(const std::vector<std::string> &refs) {
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < refs.size(); ++i)
        others.push_back(std::async(std::launch::async, [this, &ref = refs[i]] { evaluate(ref); }));
    if (!refs.empty())
        evaluate(refs.front());
    for (auto &other : others)
        other.get();
}

void Bridge::return_result(const frontend::Result &result) {
    frontend::ReturnRequest request;
    *request.mutable_result() = result;
    call<frontend::ReturnResponse>("Return", request);
}

void Bridge::return_error(const Status &status) {
    frontend::ReturnRequest request;
    *request.mutable_error() = to_proto(status);
    call<frontend::ReturnResponse>("Return", request);
}

} // namespace berth::buildkit
