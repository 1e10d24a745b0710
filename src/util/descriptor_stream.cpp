// SPDX-License-Identifier: Apache-2.0
#include "berth/util/descriptor_stream.hpp"

#include <algorithm>
#include <cerrno>

namespace berth {

DescriptorBuffer::DescriptorBuffer(int fd, std::function<void()> on_closed, GivenUp given_up)
    : fd_(fd), on_closed_(std::move(on_closed)), given_up_(std::move(given_up)) {
    if (given_up_)
        pipe_ = unblocked_pipe(fd);
}

bool DescriptorBuffer::write_all(std::string_view bytes) {
    if (abandoned_)
        return false;
    int error = write_patiently(pipe_ ? pipe_.get() : fd_, bytes, given_up_);
    abandoned_ = error == ECANCELED;
    if (error == EPIPE && on_closed_)
        on_closed_();
    return error == 0;
}

bool DescriptorBuffer::flush() {
    return write_all({buffer_.data(), used_.exchange(0)});
}

bool DescriptorBuffer::put(std::string_view bytes) {
    if (bytes.size() > buffer_.size() - used_ && !flush())
        return false;
    if (bytes.size() > buffer_.size())
        return write_all(bytes); // not copied, since it may be an image
    std::copy(bytes.begin(), bytes.end(), buffer_.begin() + used_.load());
    used_ += bytes.size();
    return true;
}

// What standard error says flushes standard output first, and must not wait for a reader of an
// image that another thread is writing there.
int DescriptorBuffer::sync() {
    if (used_ == 0)
        return abandoned_ ? -1 : 0;
    std::lock_guard lock(mutex_);
    return flush() ? 0 : -1;
}

std::streamsize DescriptorBuffer::xsputn(const char *text, std::streamsize size) {
    std::lock_guard lock(mutex_);
    return put({text, static_cast<std::size_t>(size)}) ? size : 0;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type c) {
    if (traits_type::eq_int_type(c, traits_type::eof()))
        return DescriptorBuffer::sync() == 0 ? traits_type::not_eof(c) : traits_type::eof();
    auto letter = traits_type::to_char_type(c);
    return DescriptorBuffer::xsputn(&letter, 1) == 1 ? c : traits_type::eof();
}

} // namespace berth
