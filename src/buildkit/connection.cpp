// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/connection.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <google/protobuf/stubs/logging.h>

namespace berth::buildkit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t written_at_once = 32u << 10;
constexpr int waits_in_pipe = 64 << 10;
constexpr std::size_t longest_error = 64u << 10; // bytes of the command's standard error
constexpr std::size_t quoted = 512;
constexpr auto grace = std::chrono::seconds(2);

// Keeps text on standard output: docker prints there that the container lacks the program.
class FirstOutput {
  public:
    void add(std::string_view bytes) {
        text_ += bytes.substr(0, quoted - std::min(quoted, text_.size()));
    }
    std::string text() const { return printable(trim(text_)); }
    // HTTP/2 begins with the length of a short frame.
    bool is_text() const { return !text_.empty() && text_.front() != '\0'; }

  private:
    std::string text_;
};

CallOptions with_metadata(CallOptions options, const Metadata &metadata) {
    options.metadata.insert(metadata.begin(), metadata.end());
    return options;
}

// protobuf would print to standard error about strings that are not UTF-8. berth reports messages
// that it cannot parse itself.
void silence_protobuf() {
    static std::once_flag once;
    std::call_once(once, [] { google::protobuf::SetLogHandler(nullptr); });
}

} // namespace

Connection::Connection(process::Runner &runner, Dial dial, const GrpcLimits &limits)
    : runner_(runner),
      dial_(std::move(dial)),
      peer_(nullptr, limits),
      silence_(limits.silence),
      watch_([this] { watch(); }),
      thread_([this] { run(); }) {
    silence_protobuf();
}

Connection::~Connection() {
    closing_ = true;
    peer_.fail(std::make_exception_ptr(
        GrpcError(StatusCode::cancelled, "the connection has been closed")));
    thread_.join();
    {
        std::lock_guard lock(mutex_);
        done_ = true;
    }
    ended_.notify_all();
    watch_.join();
}

// A hanging engine or a paused builder keeps the command running silently. Counts rounds instead of
// time, since the clock continues while this process itself is stopped.
void Connection::watch() {
    constexpr int rounds = 4;
    std::unique_lock lock(mutex_);
    for (int quiet = 0; quiet < rounds;) {
        if (ended_.wait_for(lock, silence_ / rounds, [this] { return done_; }))
            return;
        quiet = heard_.exchange(false) ? 0 : quiet + 1;
        if (quiet > 0)
            peer_.ping();
    }
    auto text =
        fmt::format("`{}`: BuildKit has not answered for {} s", process::to_shell(dial_.command),
                    static_cast<double>(silence_.count()) / 1000.0);
    peer_.fail(std::make_exception_ptr(
        Error(text, ExitCode::builder_unavailable,
              "is the engine or the builder stopped? `docker ps` tells whether they answer")));
}

void Connection::run() {
    std::string said;
    FirstOutput first;
    process::Streams streams;
    streams.input = [this](char *buffer, std::size_t size) {
        return peer_.send(buffer, std::min(size, written_at_once));
    };
    streams.input_ahead = waits_in_pipe;
    streams.grace_after_input = grace;
    if (dial_.hang_up)
        streams.hang_up = [this] { return closing_.load(); };
    streams.on_exit = [this] { peer_.close(); };
    streams.on_output = [&](std::string_view bytes) {
        first.add(bytes);
        heard_ = true;
        peer_.receive(bytes);
    };
    streams.on_error = [&](std::string_view bytes) {
        said += bytes.substr(0, longest_error - std::min(longest_error, said.size()));
    };
    try {
        if (dial_.tls)
            streams = process::with_tls(streams, *dial_.tls);
        auto outcome = runner_.run(dial_.command, streams);
        bool failed = outcome.kind == process::Outcome::Kind::exited && outcome.code != 0;
        if (peer_.broken() && !failed)
            throw Error("not HTTP/2");
        if (outcome.err.empty())
            outcome.err = said.empty() && first.is_text() ? first.text() : std::move(said);
        peer_.fail(std::make_exception_ptr(CommandEnded(dial_.command, std::move(outcome))));
    } catch (const process::TlsError &error) {
        peer_.fail(std::make_exception_ptr(error));
    } catch (const std::exception &error) {
        auto text = fmt::format("`{}` writes what is {}: {}", process::to_shell(dial_.command),
                                error.what(), first.text());
        peer_.fail(std::make_exception_ptr(Error(text, ExitCode::builder_unavailable)));
    }
}

std::string Connection::call(const std::string &method, std::string_view request,
                             const CallOptions &options) {
    auto all = with_metadata(options, metadata);
    return record(method, [&] { return peer_.call(method, request, all); });
}

std::string Connection::record(const std::string &method,
                               const std::function<std::string()> &work) {
    CallRecord call{method, {}, {}};
    auto begin = Clock::now();
    auto done = [&](Status status) {
        call.status = std::move(status);
        call.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
        if (on_call)
            on_call(call);
    };
    try {
        auto response = work();
        done({});
        return response;
    } catch (const GrpcError &error) {
        done(error.status());
        throw;
    } catch (const Error &error) {
        done({StatusCode::unavailable, error.what(), {}});
        throw;
    }
}

std::unique_ptr<ClientStream> Connection::open(const std::string &method,
                                               const CallOptions &options) {
    return peer_.open(method, with_metadata(options, metadata));
}

} // namespace berth::buildkit
