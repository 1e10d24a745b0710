// SPDX-License-Identifier: Apache-2.0
// moby.buildkit.v1.frontend.LLBBridge: the steps of a build that has no frontend of its own, taken
// from this side while Control/Solve runs. Results can be read before they are returned.
#pragma once

#include "berth/buildkit/call_group.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/util/error.hpp"

#include "buildkit/gateway.pb.h"

#include <cstddef>
#include <functional>
#include <string>

namespace berth::buildkit {

namespace frontend = moby::buildkit::v1::frontend;

// A file in a result exceeds the reader's limit.
class FileTooLarge : public Error {
  public:
    using Error::Error;
};

// Calls throw as Connection says. Thread-safe.
class Bridge {
  public:
    // `ref`: of the build (SolveRequest.ref).
    Bridge(Connection &connection, std::string ref);

    // Returns once BuildKit knows the build: its Control/Solve may come after this call. Throws
    // GrpcError not_found when it does not within 15 seconds, BuildKit's own limit.
    frontend::PongResponse ping();
    // With the flags that BuildKit needs to give a Result. Without `evaluate`, what it refers to is
    // solved when it is first read or returned.
    frontend::SolveResponse solve(const frontend::SolveRequest &request);
    // The content of a file of at most `largest` bytes; throws FileTooLarge. `ref`: Ref.id.
    std::string read_file(const std::string &ref, const std::string &path, std::size_t largest);
    // At most `size` bytes (1 MiB) from its start.
    std::string read_start(const std::string &ref, const std::string &path, std::size_t size);
    fsutil::types::Stat stat_file(const std::string &ref, const std::string &path);
    // Builds what a result refers to; returns when it is there.
    void evaluate(const std::string &ref);
    // Ends the build. BuildKit takes one of them, once.
    void return_result(const frontend::Result &result);
    void return_error(const Status &status);

    // Running and later calls throw GrpcError `cancelled`.
    void cancel() { calls_.cancel(); }

  private:
    template<class Output, class Input>
    Output call(const char *name, const Input &input, CallOptions options = {});

    CallGroup calls_;
    std::string ref_;
};

// Runs Control/Solve with `request`, which has neither frontend nor definition, and `work` beside
// it; then returns the result of `work` to BuildKit, or its error. An exception of `work` is thrown
// on, with the details of a GrpcError; the error of Control/Solve when that failed first, which
// cancels the bridge's calls. Control/Solve is a call of `calls`, which is used up then: another
// thread ends the build by cancelling it.
control::SolveResponse solve_by_bridge(Connection &connection, CallGroup &calls,
                                       const control::SolveRequest &request,
                                       const std::function<frontend::Result(Bridge &)> &work);

} // namespace berth::buildkit
