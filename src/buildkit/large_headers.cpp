// SPDX-License-Identifier: Apache-2.0
#include "large_headers.hpp"

#include "frame_bytes.hpp"
#include "header_block.hpp"

#include <algorithm>

namespace berth::buildkit {
namespace {

constexpr std::size_t largest_frame = 16 << 10; // limit of nghttp2
constexpr std::size_t largest_block = 16u << 20;

} // namespace

void LargeHeaders::receive(std::string_view bytes, const Sink &pass) {
    while (!bytes.empty()) {
        if (left_ == 0) {
            auto count = std::min(frame_head_size - head_.size(), bytes.size());
            head_ += bytes.substr(0, count);
            bytes.remove_prefix(count);
            if (head_.size() < frame_head_size)
                return;
            begin_frame(pass);
        }
        auto count = std::min(left_, bytes.size());
        auto part = bytes.substr(0, count);
        bytes.remove_prefix(count);
        left_ -= count;
        if (collects_)
            frames_ += part;
        else if (!part.empty())
            pass(part);
        if (left_ == 0)
            end_frame(pass);
    }
}

void LargeHeaders::begin_frame(const Sink &pass) {
    left_ = payload_size(head_);
    auto type = byte_at(head_, 3);
    bool fits = left_ <= largest_frame && frames_.size() + left_ <= largest_block;
    collects_ = fits && (frames_.empty() ? type == type_headers : type == type_continuation);
    if (collects_) {
        frames_ += head_;
    } else {
        flush(pass);
        pass(head_);
    }
}

void LargeHeaders::end_frame(const Sink &pass) {
    if (collects_ && (byte_at(head_, 4) & flag_end_headers) != 0)
        flush(pass);
    head_.clear();
}

void LargeHeaders::flush(const Sink &pass) {
    if (frames_.empty())
        return;
    auto frames = std::move(frames_);
    frames_.clear();
    if (frames.size() > largest_value)
        if (auto replaced = replace_large_values(frames, values_))
            frames = std::move(*replaced);
    pass(frames);
    values_.clear();
}

std::string_view LargeHeaders::original(std::string_view value) const {
    if (values_.empty())
        return value;
    auto index = placeholder_index(value);
    return index && *index < values_.size() ? std::string_view(values_[*index]) : value;
}

} // namespace berth::buildkit
