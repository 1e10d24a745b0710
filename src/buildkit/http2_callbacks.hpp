// SPDX-License-Identifier: Apache-2.0
// nghttp2's callbacks: C functions that find their Http2 by the user data. An exception must not
// pass through nghttp2, so each one ends the connection instead.
#pragma once

#include "berth/buildkit/http2.hpp"

#include <nghttp2/nghttp2.h>

namespace berth::buildkit {

struct Http2::Callbacks {
    static void install(nghttp2_session_callbacks *callbacks);
    static nghttp2_data_provider body();

    static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user);
    static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                         const std::uint8_t *name, std::size_t name_size, const std::uint8_t *value,
                         std::size_t value_size, std::uint8_t flags, void *user);
    static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user);
    static int on_sent(nghttp2_session *session, const nghttp2_frame *frame, void *user);
    static int on_data(nghttp2_session *session, std::uint8_t flags, std::int32_t stream,
                       const std::uint8_t *bytes, std::size_t size, void *user);
    static int on_close(nghttp2_session *session, std::int32_t stream, std::uint32_t error,
                        void *user);
    static int on_error(nghttp2_session *session, int code, const char *text, std::size_t size,
                        void *user);
    static int on_invalid_frame(nghttp2_session *session, const nghttp2_frame *frame, int code,
                                void *user);
    static ssize_t read_body(nghttp2_session *session, std::int32_t stream, std::uint8_t *buffer,
                             std::size_t size, std::uint32_t *flags, nghttp2_data_source *source,
                             void *user);
};

// The headers in nghttp2's form, pointing into `headers`.
std::vector<nghttp2_nv> name_values(const Headers &headers);

} // namespace berth::buildkit
