// SPDX-License-Identifier: Apache-2.0
#include "gzip.hpp"

#include "berth/util/error.hpp"

#include <array>
#include <zlib.h>

namespace berth::history {

struct Gzip::State {
    z_stream stream{};
    ~State() { deflateEnd(&stream); }
};

Gzip::Gzip(std::function<void(std::string_view)> write)
    : write_(std::move(write)), state_(std::make_unique<State>()) {
    constexpr int gzip_window = 15 + 16, memory = 8;
    if (deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        throw Error("cannot compress: out of memory");
}

Gzip::~Gzip() = default;

void Gzip::add(std::string_view bytes) {
    run(bytes, Z_NO_FLUSH);
}

void Gzip::finish() {
    run({}, Z_FINISH);
}

void Gzip::run(std::string_view bytes, int flush) {
    std::array<Bytef, 1 << 15> buffer;
    auto &stream = state_->stream;
    // zlib does not write to its input.
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    do {
        stream.next_out = buffer.data();
        stream.avail_out = static_cast<uInt>(buffer.size());
        deflate(&stream, flush);
        write_({reinterpret_cast<const char *>(buffer.data()), buffer.size() - stream.avail_out});
    } while (stream.avail_out == 0);
}

} // namespace berth::history
