// SPDX-License-Identifier: Apache-2.0
#include "blob_pipe.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace berth::registry {

namespace {
constexpr std::size_t capacity = 1u << 20; // bytes
}

BlobPipe::BlobPipe(std::string digest, std::int64_t size)
    : digest_(std::move(digest)), size_(size) {}

bool BlobPipe::write(std::string_view bytes) {
    if (failed_)
        throw Error(fmt::format("the copy of {} was given up", digest_));
    if (waiting_.size() >= capacity)
        return false;
    received_ += static_cast<std::int64_t>(bytes.size());
    hash_.update(bytes);
    bool last = complete();
    if (received_ > size_ || (last && "sha256:" + hash_.hex() != digest_)) {
        failed_ = true;
        throw Error(
            received_ > size_
                ? fmt::format("{} is longer than the {} bytes of its descriptor", digest_, size_)
                : fmt::format("what came for {} has another digest", digest_));
    }
    waiting_ += bytes;
    return true;
}

Source::State BlobPipe::read(char *buffer, std::size_t size, std::size_t &count) {
    if (failed_)
        return State::failed;
    auto held_back = complete() ? 0u : 1u;
    auto most = waiting_.size() - std::min<std::size_t>(held_back, waiting_.size());
    count = std::min(size, most);
    if (count == 0 && !complete())
        return State::wait;
    std::memcpy(buffer, waiting_.data(), count);
    waiting_.erase(0, count);
    return State::bytes;
}

bool BlobPipe::has_room() const {
    return failed_ || waiting_.size() < capacity;
}

bool BlobPipe::has_bytes() const {
    return failed_ || complete() || waiting_.size() > 1;
}

} // namespace berth::registry
