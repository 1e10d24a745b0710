// SPDX-License-Identifier: Apache-2.0
// moby.buildkit.v1.frontend.LLBBridge: lets this client take the role of the frontend of a build
// while Control/Solve runs. Results can be read before they are returned.
#pragma once

#include "berth/buildkit/call_group.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/util/error.hpp"

#include "buildkit/gateway.pb.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace berth::buildkit {

namespace frontend = moby::buildkit::v1::frontend;

// A file in a result exceeds the reader's limit.
class FileTooLarge : public Error {
  public:
    using Error::Error;
};

// Calls throw the errors of Connection. Thread-safe.
class Bridge {
  public:
    // `ref`: of the build (SolveRequest.ref).
    Bridge(Connection &connection, std::string ref);

    // Returns once BuildKit knows the build, whose Control/Solve may arrive after this call. Throws
    // GrpcError not_found after 15 seconds, BuildKit's own limit.
    frontend::PongResponse ping();
    // Sets the flags that BuildKit needs to return a Result. Without `evaluate`, references are
    // solved when they are first read or returned.
    frontend::SolveResponse solve(const frontend::SolveRequest &request);
    // The content of a file of at most `largest` bytes; throws FileTooLarge. `ref`: Ref.id.
    std::string read_file(const std::string &ref, const std::string &path, std::size_t largest);
    // At most `size` bytes (1 MiB) from its start.
    std::string read_start(const std::string &ref, const std::string &path, std::size_t size);
    fsutil::types::Stat stat_file(const std::string &ref, const std::string &path);
    // Builds a reference of a result; returns when it is built.
    void evaluate(const std::string &ref);
    void evaluate_all(const std::vector<std::string> &refs); // at once
    // Ends the build. BuildKit accepts one result, once.
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

// Runs Control/Solve with `request`, which has neither frontend nor definition, and `work`
// concurrently; then returns the result of `work`, or its error, to BuildKit. Rethrows an exception
// of `work`, with the details of a GrpcError, or the error of Control/Solve if that failed first,
// which cancels the bridge's calls. Control/Solve is a call of `calls`: another thread ends the
// build by cancelling `calls`, which cannot be used again.
control::SolveResponse solve_by_bridge(Connection &connection, CallGroup &calls,
                                       const control::SolveRequest &request,
                                       const std::function<frontend::Result(Bridge &)> &work);

} // namespace berth::buildkit
