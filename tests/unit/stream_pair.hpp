// SPDX-License-Identifier: Apache-2.0
// Two MessageStreams, each the other's peer, for tests of session services.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace berth::test {

// One direction: a bounded queue of messages.
class MessageQueue {
  public:
    bool read(std::string &message) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return failed_ || ended_ || !messages_.empty(); });
        if (!messages_.empty()) {
            message = std::move(messages_.front());
            messages_.pop_front();
            changed_.notify_all();
            return true;
        }
        if (failed_)
            throw buildkit::GrpcError(*failed_);
        return false;
    }
    void write(std::string_view message) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return failed_ || messages_.size() < capacity; });
        if (failed_)
            throw buildkit::GrpcError(*failed_);
        messages_.emplace_back(message);
        changed_.notify_all();
    }
    void end() {
        std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }
    void fail(buildkit::Status status) {
        std::lock_guard lock(mutex_);
        failed_ = std::move(status);
        changed_.notify_all();
    }

  private:
    static constexpr std::size_t capacity = 64; // messages
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> messages_;
    bool ended_ = false;
    std::optional<buildkit::Status> failed_;
};

class PairedStream : public buildkit::MessageStream {
  public:
    PairedStream(MessageQueue &in, MessageQueue &out) : in_(in), out_(out) {}
    bool read(std::string &message) override { return in_.read(message); }
    void write(std::string_view message) override { out_.write(message); }
    void end_writing() { out_.end(); } // the peer's read() returns false after the written messages

  private:
    MessageQueue &in_, &out_;
};

struct StreamPair {
    MessageQueue to_server, to_client;
    PairedStream client{to_client, to_server}, server{to_server, to_client};

    // Makes both sides throw, like a broken connection.
    void fail(const buildkit::Status &status) {
        to_server.fail(status);
        to_client.fail(status);
    }
};

} // namespace berth::test
