// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/bridge.hpp"
#include "berth/buildkit/typed_stream.hpp"

#include <chrono>
#include <future>

namespace berth::buildkit {
namespace {

// Time limit for Control/Solve after returning an error, like BuildKit's own client.
constexpr auto longest_end = std::chrono::seconds(5);

// Runs Control/Solve on its own thread. If it fails, the bridge's calls end.
class RunningSolve {
  public:
    RunningSolve(CallGroup &calls, const control::SolveRequest &request, Bridge &bridge)
        : calls_(calls), response_(std::async(std::launch::async, [this, &request, &bridge] {
              return solve(request, bridge);
          })) {}
    // The future waits for the thread.
    ~RunningSolve() { calls_.cancel(); }
    RunningSolve(const RunningSolve &) = delete;
    RunningSolve &operator=(const RunningSolve &) = delete;

    control::SolveResponse get() { return response_.get(); }
    bool ends_within(std::chrono::seconds time) {
        return response_.wait_for(time) == std::future_status::ready;
    }
    void cancel() { calls_.cancel(); }

  private:
    control::SolveResponse solve(const control::SolveRequest &request, Bridge &bridge) {
        try {
            control::SolveResponse response;
            parse(calls_.call("/moby.buildkit.v1.Control/Solve", request.SerializeAsString()),
                  response);
            return response;
        } catch (...) {
            bridge.cancel();
            throw;
        }
    }

    CallGroup &calls_;
    std::future<control::SolveResponse> response_; // last, since it uses the other members
};

Status status_of(const std::exception_ptr &failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const GrpcError &error) {
        return error.status();
    } catch (const std::exception &error) {
        return {StatusCode::unknown, error.what(), {}};
    }
}

bool is_cancelled(const std::exception_ptr &failure) {
    return status_of(failure).code == StatusCode::cancelled;
}

// Called if the bridge's side failed. Throws the first error. `expected`: Control/Solve will end;
// otherwise it waits for a result that will never come.
control::SolveResponse end_after(RunningSolve &solve, const std::exception_ptr &failure,
                                 bool expected) {
    bool ended = expected && solve.ends_within(longest_end);
    if (!ended)
        solve.cancel();
    try {
        return solve.get();
    } catch (...) {
        // The bridge's calls are cancelled when Control/Solve fails, as when the connection breaks.
        if (is_cancelled(failure) && (ended || !is_cancelled(std::current_exception())))
            throw;
        std::rethrow_exception(failure);
    }
}

[[noreturn]] void fail(Bridge &bridge, RunningSolve &solve, const std::exception_ptr &failure) {
    bool returned = false;
    try {
        bridge.return_error(status_of(failure));
        returned = true;
    } catch (...) {
        returned = is_cancelled(std::current_exception()); // Control/Solve has failed
    }
    end_after(solve, failure, returned);
    std::rethrow_exception(failure);
}

} // namespace

control::SolveResponse solve_by_bridge(Connection &connection, CallGroup &calls,
                                       const control::SolveRequest &request,
                                       const std::function<frontend::Result(Bridge &)> &work) {
    Bridge bridge(connection, request.ref());
    RunningSolve solve(calls, request, bridge);
    frontend::Result result;
    try {
        bridge.ping();
        result = work(bridge);
    } catch (...) {
        fail(bridge, solve, std::current_exception());
    }
    try {
        bridge.return_result(result);
    } catch (...) {
        auto failure = std::current_exception();
        return end_after(solve, failure, is_cancelled(failure));
    }
    return solve.get();
}

} // namespace berth::buildkit
