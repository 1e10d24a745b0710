// SPDX-License-Identifier: Apache-2.0
// Events from the peer. Everything here runs inside Http2::receive() or send(), under the mutex.
#include "berth/util/strings.hpp"

#include "grpc_core.hpp"

#include <fmt/format.h>

namespace berth::buildkit {

void GrpcPeer::Core::on_headers(std::int32_t stream, Headers headers, bool end) {
    auto found = calls_.find(stream);
    if (found != calls_.end() && services_) { // trailers of a client have no meaning
        end_incoming(*found->second);
    } else if (found != calls_.end()) {
        auto call = found->second;
        on_response(*call, headers, end);
    } else if (services_ && header(headers, ":path")) {
        on_request(stream, headers, end);
    }
}

void GrpcPeer::Core::on_response(GrpcCall &call, const Headers &headers, bool end) {
    if (header(headers, ":status").value_or("").starts_with('1'))
        return; // the response is yet to arrive
    auto status = status_in(headers);
    bool first = !call.responded;
    call.responded = true;
    if (first)
        call.headers = metadata_in(headers);
    if (end) {
        if (status && status->ok() && !call.reader.between_messages())
            status = Status{StatusCode::internal, "the peer ended within a message", {}};
        call.peer_ended = true;
        settle(call,
               status.value_or(Status{StatusCode::unknown, "the peer ended without a status", {}}));
    } else if (first && status) {
        reset(call, Http2Error::cancel, *status); // does not speak gRPC
    }
}

void GrpcPeer::Core::on_data(std::int32_t stream, std::string_view bytes) {
    auto found = calls_.find(stream);
    if (found == calls_.end() || (!services_ && found->second->status)) {
        http2_.consumed(stream, bytes.size());
        return;
    }
    auto call = found->second;
    call->held += bytes.size();
    try {
        while (!bytes.empty()) {
            auto message = call->reader.take(bytes);
            if (!message)
                continue;
            call->unread += message->size();
            call->messages.push_back(std::move(*message));
            call->changed.notify_all();
        }
    } catch (const GrpcError &error) {
        reset(*call, Http2Error::cancel, error.status());
    }
    release(*call);
}

void GrpcPeer::Core::on_end(std::int32_t stream) {
    auto found = calls_.find(stream);
    if (found == calls_.end())
        return;
    end_incoming(*found->second);
    if (!services_)
        settle(*found->second, {StatusCode::unknown, "the peer ended without a status", {}});
}

void GrpcPeer::Core::end_incoming(GrpcCall &call) {
    call.peer_ended = true;
    if (!call.reader.between_messages())
        settle(call, {StatusCode::internal, "the peer ended within a message", {}});
    call.changed.notify_all();
}

void GrpcPeer::Core::on_close(std::int32_t stream, Http2Error error) {
    auto found = calls_.find(stream);
    if (found == calls_.end())
        return;
    if (http2_.failed())
        return; // fail() will have a better error
    auto call = found->second;
    calls_.erase(found);
    call->closed = true;
    bool ended_well = error == Http2Error::no_error && (services_ || call->status);
    if (!ended_well)
        settle(*call, status_of_reset(error));
    call->changed.notify_all();
}

void GrpcPeer::Core::on_sent(std::int32_t stream) {
    auto found = calls_.find(stream);
    if (found != calls_.end() && http2_.waiting(stream) <= limits_.to_send / 2)
        found->second->changed.notify_all();
}

void GrpcPeer::Core::on_go_away(Http2Error error, std::string_view reason) {
    gone_away_ = Status{error == Http2Error::enhance_your_calm ? StatusCode::resource_exhausted
                                                               : StatusCode::unavailable,
                        fmt::format("the peer closes the connection with code {}{}{}",
                                    static_cast<std::uint32_t>(error), reason.empty() ? "" : ": ",
                                    printable(reason.substr(0, 256))),
                        {}};
}

} // namespace berth::buildkit
