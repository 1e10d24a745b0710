// SPDX-License-Identifier: Apache-2.0
// A bounded queue of bytes between the thread that reads the output of a command and the one that
// uses it (feeds another command, unpacks an archive).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace berth::process {

// Thrown at one end of a channel when the other end gave up.
struct BrokenPipe {};

class Channel {
  public:
    // Blocks while the queue is full. Throws BrokenPipe if the reader is gone.
    void push(std::string_view bytes);
    // Blocks while it is empty; returns 0 at the end. Throws BrokenPipe if the writer failed.
    std::size_t pull(char *buffer, std::size_t size);
    // The writer is done. `failed`: discards the written bytes.
    void end(bool failed);
    // The reader is done.
    void close();

  private:
    static constexpr std::size_t capacity = 4u << 20; // bytes
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> chunks_;
    std::size_t queued_ = 0, offset_ = 0;
    bool ended_ = false, failed_ = false, closed_ = false;
};

} // namespace berth::process
