// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/http2.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "http2_callbacks.hpp"
#include "http2_ping.hpp"
#include "large_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

namespace berth::buildkit {
namespace {

constexpr std::size_t most_continuations = 1024; // frames of one header block
constexpr std::size_t longest_sent_headers = 4 << 20;

void check(int result, const char *what) {
    if (result == NGHTTP2_ERR_NOMEM)
        throw std::bad_alloc();
    if (result < 0)
        throw Error(fmt::format("HTTP/2: {}: {}", what, nghttp2_strerror(result)));
}

nghttp2_session *new_session(Http2::Role role, const nghttp2_session_callbacks *callbacks,
                             void *user) {
    nghttp2_option *option = nullptr;
    check(nghttp2_option_new(&option), "cannot make a session");
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_no_auto_ping_ack(option, 1);
    nghttp2_option_set_max_continuations(option, most_continuations);
    // File names are header values, and may begin or end with a space.
    nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option, 1);
    nghttp2_option_set_max_send_header_block_length(option, longest_sent_headers);
    nghttp2_session *session = nullptr;
    int result = role == Http2::Role::client
                     ? nghttp2_session_client_new2(&session, callbacks, user, option)
                     : nghttp2_session_server_new2(&session, callbacks, user, option);
    nghttp2_option_del(option);
    check(result, "cannot make a session");
    return session;
}

} // namespace

void Http2::Delete::operator()(nghttp2_session *session) const {
    nghttp2_session_del(session);
}

Http2::Http2(Role role, Http2Listener &listener, const Http2Limits &limits)
    : listener_(listener), limits_(limits), held_ping_(std::make_unique<HeldPing>()) {
    if (role == Role::client) // requests to a server have no large values
        large_headers_ = std::make_unique<LargeHeaders>();
    nghttp2_session_callbacks *callbacks = nullptr;
    check(nghttp2_session_callbacks_new(&callbacks), "cannot make a session");
    Callbacks::install(callbacks);
    std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> owner(
        callbacks, nghttp2_session_callbacks_del);
    session_.reset(new_session(role, callbacks, this));
    const std::array<nghttp2_settings_entry, 3> settings = {{
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(limits.stream_window)},
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
    }};
    // The last setting is only for clients.
    check(nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(),
                                  role == Role::client ? 3 : 2),
          "cannot send the settings");
    check(nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0,
                                                limits.connection_window),
          "cannot open the window");
}

Http2::~Http2() = default;

void Http2::receive(std::string_view bytes) {
    if (large_headers_)
        large_headers_->receive(bytes, [this](std::string_view part) { read(part); });
    else
        read(bytes);
}

void Http2::read(std::string_view bytes) {
    auto taken = nghttp2_session_mem_recv(
        session_.get(), reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size());
    if (taken == NGHTTP2_ERR_NOMEM)
        throw std::bad_alloc();
    if (taken < 0 && reason_.empty())
        reason_ = nghttp2_strerror(static_cast<int>(taken));
    if (taken < 0 || failed_)
        throw error();
}

Error Http2::error() const {
    return Error("not HTTP/2: " + (reason_.empty() ? "protocol error" : printable(reason_)));
}

std::size_t Http2::send(char *buffer, std::size_t size) {
    if (held_ping_->holds() && !any_waiting())
        answer_held();
    std::size_t total = 0;
    while (total < size) {
        if (pending_sent_ == pending_.size()) {
            const std::uint8_t *frame = nullptr;
            auto count = nghttp2_session_mem_send(session_.get(), &frame);
            check(static_cast<int>(count), "cannot send");
            if (count == 0)
                break;
            pending_.assign(reinterpret_cast<const char *>(frame), static_cast<std::size_t>(count));
            pending_sent_ = 0;
        }
        auto part = std::min(size - total, pending_.size() - pending_sent_);
        std::memcpy(buffer + total, pending_.data() + pending_sent_, part);
        pending_sent_ += part;
        total += part;
    }
    return total;
}

bool Http2::has_output() const {
    return pending_sent_ < pending_.size() || nghttp2_session_want_write(session_.get()) != 0 ||
           (held_ping_->holds() && !any_waiting());
}

// Sends empty SETTINGS, which the peer also acknowledges: gRPC ends a connection whose client pings
// more than every five minutes ("too many pings").
void Http2::ping() {
    check(nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, nullptr, 0),
          "cannot ask for an answer");
}

std::int32_t Http2::open(const Headers &headers) {
    auto list = name_values(headers);
    auto body = Callbacks::body();
    auto stream =
        nghttp2_submit_request(session_.get(), nullptr, list.data(), list.size(), &body, nullptr);
    check(stream, "cannot open a stream");
    streams_.try_emplace(stream);
    return stream;
}

void Http2::respond(std::int32_t stream, const Headers &headers, bool end) {
    auto list = name_values(headers);
    auto body = Callbacks::body();
    check(nghttp2_submit_response(session_.get(), stream, list.data(), list.size(),
                                  end ? nullptr : &body),
          "cannot respond");
}

void Http2::write(std::int32_t stream, std::string_view bytes) {
    auto found = streams_.find(stream);
    if (found == streams_.end())
        return;
    auto &queue = found->second;
    if (queue.sent >= queue.out.size() / 2) {
        queue.out.erase(0, queue.sent);
        queue.sent = 0;
    }
    queue.out += bytes;
    resume(stream);
}

void Http2::finish(std::int32_t stream, Headers trailers) {
    auto found = streams_.find(stream);
    if (found == streams_.end())
        return;
    found->second.finished = true;
    found->second.trailers = std::move(trailers);
    resume(stream);
}

void Http2::reset(std::int32_t stream, Http2Error error) {
    check(nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream,
                                    static_cast<std::uint32_t>(error)),
          "cannot reset a stream");
}

void Http2::consumed(std::int32_t stream, std::size_t bytes) {
    // If the stream is closed, only the connection's window grows.
    if (streams_.contains(stream))
        check(nghttp2_session_consume(session_.get(), stream, bytes), "cannot open the window");
    else
        check(nghttp2_session_consume_connection(session_.get(), bytes), "cannot open the window");
}

std::size_t Http2::waiting(std::int32_t stream) const {
    auto found = streams_.find(stream);
    return found == streams_.end() ? 0 : found->second.out.size() - found->second.sent;
}

bool Http2::any_waiting() const {
    return std::any_of(streams_.begin(), streams_.end(), [](const auto &entry) {
        return entry.second.sent < entry.second.out.size();
    });
}

void Http2::answer(const std::uint8_t *ping) {
    if (held_ping_->holds())
        answer_held();
    held_ping_->hold(ping, nghttp2_session_get_remote_settings(
                               session_.get(), NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE));
    if (!measures_bandwidth(ping) || !any_waiting())
        answer_held();
}

void Http2::answer_held() {
    auto ping = held_ping_->release();
    check(nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_ACK, ping.data()),
          "cannot answer a ping");
}

void Http2::resume(std::int32_t stream) {
    auto &deferred = streams_.at(stream).deferred;
    if (deferred)
        check(nghttp2_session_resume_data(session_.get(), stream), "cannot send");
    deferred = false;
}

std::ptrdiff_t Http2::take_output(std::int32_t id, char *buffer, std::size_t size,
                                  std::uint32_t &flags) {
    auto &stream = streams_[id];
    auto count = std::min(size, stream.out.size() - stream.sent);
    if (count == 0 && !stream.finished) {
        stream.deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    std::memcpy(buffer, stream.out.data() + stream.sent, count);
    stream.sent += count;
    if (held_ping_->sent(count))
        answer_held();
    if (stream.sent == stream.out.size()) {
        stream.out.clear();
        stream.sent = 0;
        if (stream.finished)
            flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    if ((flags & NGHTTP2_DATA_FLAG_EOF) != 0 && !stream.trailers.empty()) {
        auto list = name_values(stream.trailers);
        flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        check(nghttp2_submit_trailer(session_.get(), id, list.data(), list.size()),
              "cannot end a stream");
    }
    listener_.on_sent(id);
    return static_cast<std::ptrdiff_t>(count);
}

} // namespace berth::buildkit
