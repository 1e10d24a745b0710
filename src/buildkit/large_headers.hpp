// SPDX-License-Identifier: Apache-2.0
// Header values above 64 KiB, which nghttp2 refuses. BuildKit's errors contain whole Dockerfiles in
// a header. Values are replaced by placeholders before nghttp2 reads the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::buildkit {

class LargeHeaders {
  public:
    using Sink = std::function<void(std::string_view)>;

    // Passes on all bytes except an incomplete header block. Bytes that are not HTTP/2 pass
    // unchanged. `bytes` do not begin with a client's preface.
    void receive(std::string_view bytes, const Sink &pass);
    // The original of a placeholder, while receive() passes it on; other values unchanged.
    std::string_view original(std::string_view value) const;

  private:
    void begin_frame(const Sink &pass);
    void end_frame(const Sink &pass);
    void flush(const Sink &pass);

    std::string head_;      // of a frame, while it is incomplete
    std::size_t left_ = 0;  // remaining bytes of the frame
    bool collects_ = false; // whether it belongs to a header block
    std::string frames_;    // of that block so far
    std::vector<std::string> values_;
};

} // namespace berth::buildkit
