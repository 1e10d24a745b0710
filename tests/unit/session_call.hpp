// SPDX-License-Identifier: Apache-2.0
// Calls a session service like BuildKit, over a pair of streams in memory.
#pragma once

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/error.hpp"

#include "stream_pair.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>

namespace berth::test {

// A stream whose connection failed with an error that is not a gRPC status.
class BrokenStream : public buildkit::MessageStream {
  public:
    bool read(std::string &) override { throw Error("not HTTP/2"); }
    void write(std::string_view) override { throw Error("not HTTP/2"); }
};

class SessionCall {
  public:
    SessionCall(const buildkit::Services &services, const std::string &method,
                buildkit::Metadata metadata = {}) {
        const auto *handler = services.find(method);
        if (!handler)
            throw std::runtime_error("nobody serves " + method);
        thread_ = std::thread([this, handler, method, metadata = std::move(metadata)] {
            buildkit::Request request{method, metadata, pair_.server};
            try {
                status_ = (*handler)(request);
            } catch (const buildkit::GrpcError &error) {
                status_ = error.status();
            } catch (const std::exception &error) {
                status_ = {buildkit::StatusCode::unknown, error.what(), {}};
            }
            pair_.server.end_writing();
        });
    }
    ~SessionCall() {
        if (thread_.joinable()) {
            pair_.fail({buildkit::StatusCode::cancelled, "the test ended", {}});
            thread_.join();
        }
    }

    PairedStream &stream() { return pair_.client; }
    void fail(const buildkit::Status &status) { pair_.fail(status); }
    // Ends this side's messages and waits.
    buildkit::Status finish() {
        pair_.client.end_writing();
        std::string rest;
        try {
            while (pair_.client.read(rest)) {
            }
        } catch (const buildkit::GrpcError &) {
        }
        thread_.join();
        return status_;
    }

  private:
    StreamPair pair_;
    buildkit::Status status_;
    std::thread thread_;
};

// A call with one request and one response.
template<class Output, class Input>
std::pair<Output, buildkit::Status> call(const buildkit::Services &services,
                                         const std::string &method, const Input &input,
                                         buildkit::Metadata metadata = {}) {
    SessionCall running(services, method, std::move(metadata));
    buildkit::write(running.stream(), input);
    Output output;
    buildkit::read(running.stream(), output);
    return {output, running.finish()};
}

} // namespace berth::test
