// SPDX-License-Identifier: Apache-2.0
// A temporary file without a name, so that nothing of it is left if this process is killed.
#pragma once

#include "berth/util/file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace berth {

// Empty until the first append, which creates it in TMPDIR. Throws Error that names its purpose.
class NamelessFile {
  public:
    explicit NamelessFile(std::string purpose) : purpose_(std::move(purpose)) {}

    void append(std::string_view bytes);
    // Fills the buffer with the bytes from `offset`, all of which must have been appended.
    void read(void *buffer, std::size_t size, std::int64_t offset) const;
    void clear();
    std::int64_t size() const { return size_; }

  private:
    [[noreturn]] void fail(const char *what) const;

    std::string purpose_; // "the build log"
    FileDescriptor file_;
    std::int64_t size_ = 0;
};

} // namespace berth
