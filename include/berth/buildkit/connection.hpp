// SPDX-License-Identifier: Apache-2.0
// BuildKit's API over one command: `docker exec -i CONTAINER buildctl dial-stdio`, whose standard
// input and output are a connection to buildkitd.
#pragma once

#include "berth/buildkit/grpc_peer.hpp"
#include "berth/process/runner.hpp"
#include "berth/process/tls_streams.hpp"
#include "berth/util/error.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace berth::buildkit {

// The command ended, or could not be started, while the connection was in use.
class CommandEnded : public Error {
  public:
    CommandEnded(process::Command command, process::Outcome outcome)
        : Error(process::describe_failure(command, outcome), ExitCode::builder_unavailable),
          command_(std::move(command)),
          outcome_(std::move(outcome)) {}

    const process::Command &command() const { return command_; }
    const process::Outcome &outcome() const { return outcome_; } // with its standard error

  private:
    process::Command command_;
    process::Outcome outcome_;
};

// The parameters of a connection: a command, and optionally TLS over it.
struct Dial {
    Dial(process::Command command,
         std::optional<process::TlsSettings> tls = {}) // NOLINT: a command
        : command(std::move(command)), tls(std::move(tls)) {}
    process::Command command;
    std::optional<process::TlsSettings> tls;
    // Closing the connection kills the command instead of waiting for its exit, which nothing
    // depends on: what it runs sees the end of its input.
    bool hang_up = false;
};

// A finished call, for --debug.
struct CallRecord {
    std::string method;
    Status status; // `unavailable` when the connection broke
    std::chrono::milliseconds elapsed;
};

// Thread-safe. Calls throw GrpcError if BuildKit answers with an error; CommandEnded if the command
// ended (also after a cancel); Error (builder_unavailable) if its output is not HTTP/2, or BuildKit
// no longer answers.
class Connection {
  public:
    // Starts the command at once, on its own thread. Calls need not wait for it. `runner` must
    // outlive the connection.
    Connection(process::Runner &runner, Dial dial, const GrpcLimits &limits = {});
    ~Connection(); // fails the calls, ends the command's input and waits for it, or kills it
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    std::string call(const std::string &method, std::string_view request,
                     const CallOptions &options = {});
    std::unique_ptr<ClientStream> open(const std::string &method, const CallOptions &options = {});
    // Runs `work`, which makes a call over open(), and passes the call to on_call like call().
    std::string record(const std::string &method, const std::function<std::string()> &work);

    // Must be set before the first call. Called from the thread of the call.
    std::function<void(const CallRecord &)> on_call;
    // Sent with every call besides its own; set before the first call.
    Metadata metadata;

  private:
    void run();
    void watch();

    process::Runner &runner_;
    Dial dial_;
    GrpcPeer peer_;
    std::chrono::milliseconds silence_;
    std::atomic<bool> heard_{false}, closing_{false};
    std::mutex mutex_;
    std::condition_variable ended_;
    bool done_ = false;
    std::thread watch_, thread_; // last, since they use the other members
};

} // namespace berth::buildkit
