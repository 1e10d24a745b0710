// SPDX-License-Identifier: Apache-2.0
// An unbounded queue of messages between two threads: unread messages wait in memory and, beyond a
// limit, in a file.
#pragma once

#include "berth/util/nameless_file.hpp"

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
    // `in_memory`: bytes that may wait in memory.
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
    void read_back(std::string &message);

    const std::size_t in_memory_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> waiting_; // older than those in the file
    std::size_t bytes_ = 0;           // of them
    NamelessFile file_{"the build log"};
    std::int64_t read_at_ = 0; // in the file; at its end: nothing waits there
    bool closed_ = false;
};

} // namespace berth
