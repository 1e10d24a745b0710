// SPDX-License-Identifier: Apache-2.0
// The standard input of a command: its pipe, and the thread that writes to it.
#pragma once

#include "berth/process/runner.hpp"
#include "berth/util/file.hpp"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace berth::process {

struct Pipe {
    FileDescriptor read, write;
};
// `ahead`: bytes that may wait in the pipe; 0: many. Throws Error.
Pipe make_pipe(int ahead = 0);

// Writes the input to the command's standard input, in a thread of its own.
class Feeder {
  public:
    // `at_end`: called by that thread when the input has ended.
    Feeder(FileDescriptor pipe, const Streams &streams, std::function<void()> at_end);
    ~Feeder() { stop(); }
    Feeder(const Feeder &) = delete;
    Feeder &operator=(const Feeder &) = delete;

    // Makes the command see end-of-file.
    void stop();

    bool failed() const { return failed_; }
    bool ended() const { return ended_; } // no more writes
    std::exception_ptr error() const { return error_; }

  private:
    void work();
    void hold();
    // False if the command stopped reading, or the feeder must stop.
    bool copy();
    bool write(std::string_view bytes);
    bool wait_for(int descriptor, short events);

    FileDescriptor pipe_;
    const Streams &streams_;
    std::function<void()> at_end_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
    std::atomic<bool> failed_{false}, ended_{false};
    std::exception_ptr error_;
    std::thread thread_;
};

} // namespace berth::process
