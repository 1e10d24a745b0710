// SPDX-License-Identifier: Apache-2.0
// An output stream on an inherited file descriptor.
#pragma once

#include "berth/util/patient_write.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <ostream>
#include <streambuf>
#include <string_view>

namespace berth {

// Threads may share it: `--debug` reports calls and commands while the display draws. What one
// insertion writes stays together.
class DescriptorBuffer : public std::streambuf {
  public:
    // Calls `on_closed` when the reader of the pipe is gone. Without a byte for a second after
    // `given_up`, all writes fail.
    explicit DescriptorBuffer(int fd, std::function<void()> on_closed = {}, GivenUp given_up = {});

  private:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char *text, std::streamsize size) override;
    int sync() override;
    bool put(std::string_view bytes);
    bool flush();
    bool write_all(std::string_view bytes);

    std::mutex mutex_;
    int fd_;
    FileDescriptor pipe_; // the same, if it is a pipe that can be unblocked
    std::function<void()> on_closed_;
    GivenUp given_up_;
    std::atomic<bool> abandoned_{false};
    std::array<char, 8192> buffer_{}; // instead of streambuf's own, which is filled without a lock
    std::atomic<std::size_t> used_{0};
};

// Keeps the descriptor open. A failed write (the reader is gone) makes the stream bad.
class DescriptorStream : public std::ostream {
  public:
    explicit DescriptorStream(int fd) : std::ostream(nullptr), buffer_(fd) { rdbuf(&buffer_); }
    ~DescriptorStream() override { flush(); }

  private:
    DescriptorBuffer buffer_;
};

} // namespace berth
