// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/grpc_frames.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::buildkit {
namespace {

constexpr std::size_t prefix_size = 5;

std::size_t move(std::string_view &from, std::string &to, std::size_t wanted) {
    auto count = std::min(from.size(), wanted);
    to += from.substr(0, count);
    from.remove_prefix(count);
    return count;
}

} // namespace

std::string frame(std::string_view message) {
    if (message.size() > UINT32_MAX)
        throw GrpcError(StatusCode::resource_exhausted,
                        fmt::format("cannot send a message of {} bytes", message.size()));
    std::string result(1, '\0'); // not compressed
    result.reserve(prefix_size + message.size());
    for (int shift = 24; shift >= 0; shift -= 8)
        result += static_cast<char>(message.size() >> shift & 0xff);
    return result += message;
}

std::optional<std::string> MessageReader::take(std::string_view &bytes) {
    if (prefix_.size() < prefix_size) {
        move(bytes, prefix_, prefix_size - prefix_.size());
        if (prefix_.size() < prefix_size)
            return std::nullopt;
        if (prefix_[0] != 0)
            throw GrpcError(StatusCode::internal, "the peer sent a compressed message");
        length_ = 0;
        for (std::size_t i = 1; i < prefix_size; ++i)
            length_ = length_ << 8 | static_cast<unsigned char>(prefix_[i]);
        if (length_ > largest_)
            throw GrpcError(StatusCode::resource_exhausted,
                            fmt::format("the peer sent a message of {} bytes, the limit is {}",
                                        length_, largest_));
        message_.clear();
        message_.reserve(length_); // at most `largest_`; its pages are not used yet
    }
    move(bytes, message_, length_ - message_.size());
    if (message_.size() < length_)
        return std::nullopt;
    prefix_.clear();
    return std::move(message_);
}

} // namespace berth::buildkit
