// SPDX-License-Identifier: Apache-2.0
#include "berth/util/descriptor_stream.hpp"

#include <cerrno>

namespace berth {

DescriptorBuffer::DescriptorBuffer(int fd, std::function<void()> on_closed, GivenUp given_up)
    : fd_(fd), on_closed_(std::move(on_closed)), given_up_(std::move(given_up)) {
    if (given_up_)
        pipe_ = unblocked_pipe(fd);
    setp(buffer_.data(), buffer_.data() + buffer_.size());
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

int DescriptorBuffer::sync() {
    bool written = write_all({pbase(), static_cast<std::size_t>(pptr() - pbase())});
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return written ? 0 : -1;
}

std::streamsize DescriptorBuffer::xsputn(const char *text, std::streamsize size) {
    if (size < epptr() - pptr())
        return std::streambuf::xsputn(text, size);
    if (DescriptorBuffer::sync() != 0 ||
        !write_all({text, static_cast<std::size_t>(size)})) // not copied, since it may be an image
        return 0;
    return size;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type c) {
    if (DescriptorBuffer::sync() != 0)
        return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof()))
        sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
}

} // namespace berth
