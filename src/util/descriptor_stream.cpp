// SPDX-License-Identifier: Apache-2.0
#include "berth/util/descriptor_stream.hpp"

#include <cerrno>
#include <unistd.h>

namespace berth {

DescriptorBuffer::DescriptorBuffer(int fd) : fd_(fd) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
}

int DescriptorBuffer::sync() {
    for (const char *at = pbase(); at != pptr();) {
        auto count = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            setp(buffer_.data(), buffer_.data() + buffer_.size());
            return -1;
        }
        at += count;
    }
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return 0;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type c) {
    if (DescriptorBuffer::sync() != 0)
        return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof()))
        sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
}

} // namespace berth
