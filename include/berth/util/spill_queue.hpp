// SPDX-License-Identifier: Apache-2.0
// An unbounded queue of messages between two threads: unread messages wait in memory and, beyond a
// limit, in a file.
#pragma once

#include "berth/util/file.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace berth {

class SpillQueue {
  public:
    // `in_memory`: bytes that may wait in memory. The file is created in TMPDIR when needed,
    // without a name.
    explicit SpillQueue(std::size_t in_memory) : in_memory_(in_memory) {}

    // Throws Error when the file cannot be written; what was pushed before can still be popped.
    void push(std::string message);
    // Ends the messages.
    void close();
    // Waits for the next message; false when the queue is closed and empty. Throws Error when the
    // file cannot be read.
    bool pop(std::string &message);

  private:
    void spill(std::string_view message);
    void append(std::string_view bytes);
    void read_back(std::string &message);

    const std::size_t in_memory_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> waiting_; // older than those in the file
    std::size_t bytes_ = 0;           // of them
    FileDescriptor file_;
    std::int64_t read_at_ = 0, written_ = 0; // in the file; equal: it is empty
    bool closed_ = false;
};

} // namespace berth
