// SPDX-License-Identifier: Apache-2.0
// An output stream on a file descriptor that the caller of the program opened.
#pragma once

#include <array>
#include <ostream>
#include <streambuf>

namespace berth {

class DescriptorBuffer : public std::streambuf {
  public:
    explicit DescriptorBuffer(int fd);

  private:
    int_type overflow(int_type c) override;
    int sync() override;

    int fd_;
    std::array<char, 8192> buffer_{};
};

// The descriptor stays open. A write that fails (nobody reads any more) makes the stream bad.
class DescriptorStream : public std::ostream {
  public:
    explicit DescriptorStream(int fd) : std::ostream(nullptr), buffer_(fd) { rdbuf(&buffer_); }
    ~DescriptorStream() override { flush(); }

  private:
    DescriptorBuffer buffer_;
};

} // namespace berth
