// SPDX-License-Identifier: Apache-2.0
// Header values above 64 KiB, which nghttp2 refuses. BuildKit's errors have whole Dockerfiles in
// one of them. They are taken out of the bytes before nghttp2 reads them; a short placeholder comes
// in their place.
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

    // Passes on what came: all of it, except a block of headers that is not complete yet. What is
    // no HTTP/2 is passed on as it is. `bytes` do not begin with a client's preface.
    void receive(std::string_view bytes, const Sink &pass);
    // What a value stood for while receive() passes it on; any other value is itself.
    std::string_view original(std::string_view value) const;

  private:
    void begin_frame(const Sink &pass);
    void end_frame(const Sink &pass);
    void flush(const Sink &pass);

    std::string head_;      // of a frame, while it is incomplete
    std::size_t left_ = 0;  // bytes of the frame that are to come
    bool collects_ = false; // is it a part of a block of headers?
    std::string frames_;    // of that block, so far
    std::vector<std::string> values_;
};

} // namespace berth::buildkit
