// SPDX-License-Identifier: Apache-2.0
#include "http2_callbacks.hpp"

#include "large_headers.hpp"

#include <exception>

namespace berth::buildkit {
namespace {

std::string_view text(const std::uint8_t *bytes, std::size_t size) {
    return {reinterpret_cast<const char *>(bytes), size};
}

// nghttp2 does not write to them.
std::uint8_t *bytes_of(const std::string &text) {
    return reinterpret_cast<std::uint8_t *>(const_cast<char *>(text.data()));
}

template<class Function>
int guarded(void *user, Function function) {
    try {
        function(*static_cast<Http2 *>(user));
        return 0;
    } catch (const std::exception &) {
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
}

} // namespace

std::vector<nghttp2_nv> name_values(const Headers &headers) {
    std::vector<nghttp2_nv> list;
    list.reserve(headers.size());
    for (const auto &[name, value] : headers)
        list.push_back(
            {bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    return list;
}

void Http2::Callbacks::install(nghttp2_session_callbacks *callbacks) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_sent);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_callbacks_set_error_callback2(callbacks, on_error);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_invalid_frame);
}

nghttp2_data_provider Http2::Callbacks::body() {
    nghttp2_data_provider provider = {};
    provider.read_callback = read_body;
    return provider;
}

int Http2::Callbacks::on_begin_headers(nghttp2_session *, const nghttp2_frame *frame, void *user) {
    return guarded(user, [&](Http2 &http2) {
        auto &stream = http2.streams_[frame->hd.stream_id];
        stream.incoming.clear();
        stream.incoming_bytes = 0;
    });
}

int Http2::Callbacks::on_header(nghttp2_session *, const nghttp2_frame *frame,
                                const std::uint8_t *name, std::size_t name_size,
                                const std::uint8_t *value, std::size_t value_size, std::uint8_t,
                                void *user) {
    bool too_much = false;
    int result = guarded(user, [&](Http2 &http2) {
        auto &stream = http2.streams_[frame->hd.stream_id];
        auto whole = text(value, value_size);
        if (http2.large_headers_)
            whole = http2.large_headers_->original(whole);
        stream.incoming_bytes += name_size + whole.size() + 32; // as HPACK counts
        too_much = stream.incoming_bytes > http2.limits_.header_bytes;
        if (!too_much)
            stream.incoming.emplace_back(text(name, name_size), whole);
    });
    return too_much ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE : result; // resets the stream
}

int Http2::Callbacks::on_frame(nghttp2_session *, const nghttp2_frame *frame, void *user) {
    return guarded(user, [&](Http2 &http2) {
        bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (frame->hd.type == NGHTTP2_HEADERS) {
            auto headers = std::move(http2.streams_[frame->hd.stream_id].incoming);
            http2.listener_.on_headers(frame->hd.stream_id, std::move(headers), end);
        } else if (frame->hd.type == NGHTTP2_DATA && end) {
            http2.listener_.on_end(frame->hd.stream_id);
        } else if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
            http2.answer(frame->ping.opaque_data);
        } else if (frame->hd.type == NGHTTP2_GOAWAY) {
            const auto &away = frame->goaway;
            http2.listener_.on_go_away(static_cast<Http2Error>(away.error_code),
                                       text(away.opaque_data, away.opaque_data_len));
        }
    });
}

int Http2::Callbacks::on_sent(nghttp2_session *, const nghttp2_frame *frame, void *user) {
    // Only nghttp2 itself sends one, after a protocol violation.
    if (frame->hd.type == NGHTTP2_GOAWAY)
        static_cast<Http2 *>(user)->failed_ = true;
    return 0;
}

int Http2::Callbacks::on_data(nghttp2_session *, std::uint8_t, std::int32_t stream,
                              const std::uint8_t *bytes, std::size_t size, void *user) {
    return guarded(user, [&](Http2 &http2) { http2.listener_.on_data(stream, text(bytes, size)); });
}

int Http2::Callbacks::on_close(nghttp2_session *, std::int32_t stream, std::uint32_t error,
                               void *user) {
    return guarded(user, [&](Http2 &http2) {
        http2.streams_.erase(stream);
        http2.listener_.on_close(stream, static_cast<Http2Error>(error));
    });
}

int Http2::Callbacks::on_error(nghttp2_session *, int, const char *text, std::size_t size,
                               void *user) {
    return guarded(user, [&](Http2 &http2) { http2.reason_.assign(text, size); });
}

int Http2::Callbacks::on_invalid_frame(nghttp2_session *, const nghttp2_frame *, int code,
                                       void *user) {
    return guarded(user, [&](Http2 &http2) {
        if (http2.reason_.empty())
            http2.reason_ = nghttp2_strerror(code);
    });
}

ssize_t Http2::Callbacks::read_body(nghttp2_session *, std::int32_t stream, std::uint8_t *buffer,
                                    std::size_t size, std::uint32_t *flags, nghttp2_data_source *,
                                    void *user) {
    ssize_t count = 0;
    int result = guarded(user, [&](Http2 &http2) {
        count = http2.take_output(stream, reinterpret_cast<char *>(buffer), size, *flags);
    });
    return result == 0 ? count : result;
}

} // namespace berth::buildkit
