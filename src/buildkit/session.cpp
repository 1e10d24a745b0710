// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/session.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/encoding.hpp"

#include "buildkit/control.pb.h"

namespace berth::buildkit {
namespace {

using moby::buildkit::v1::BytesMessage;

constexpr std::size_t sent_at_once = 32u << 10;

CallOptions session_call(const SessionOptions &options, const Services &services) {
    CallOptions call;
    call.metadata = {{"x-docker-expose-session-uuid", options.id},
                     {"x-docker-expose-session-sharedkey", options.shared_key}};
    if (!options.name.empty())
        call.metadata.emplace("x-docker-expose-session-name", options.name);
    for (const auto &method : services.methods())
        call.metadata.emplace("x-docker-expose-session-grpc-method", method);
    return call;
}

} // namespace

std::string new_identifier() {
    constexpr std::size_t length = 25;
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    auto random = random_hex(length * 4);
    std::string id;
    for (std::size_t i = 0; i < length; ++i)
        id += digits[std::stoul(random.substr(i * 4, 4), nullptr, 16) % digits.size()];
    return id;
}

Session::Session(Connection &connection, const Services &services, SessionOptions options)
    : options_(std::move(options)),
      stream_(
          connection.open("/moby.buildkit.v1.Control/Session", session_call(options_, services))),
      peer_(&services),
      receiver_([this] { receive(); }),
      sender_([this] { send(); }) {}

Session::~Session() {
    peer_.fail(
        std::make_exception_ptr(GrpcError(StatusCode::cancelled, "the session has been closed")));
    stream_->cancel();
    receiver_.join();
    sender_.join();
}

void Session::receive() {
    try {
        BytesMessage message;
        while (buildkit::read(*stream_, message))
            peer_.receive(message.data());
        throw GrpcError(StatusCode::unavailable, "BuildKit has ended the session");
    } catch (const std::exception &) {
        peer_.fail(std::current_exception());
        stream_->cancel();
    }
}

void Session::send() {
    try {
        BytesMessage message;
        auto &data = *message.mutable_data();
        while (true) {
            data.resize(sent_at_once);
            auto count = peer_.send(data.data(), data.size());
            if (count == 0)
                break;
            data.resize(count);
            buildkit::write(*stream_, message);
        }
        throw GrpcError(StatusCode::unavailable, "the session has ended");
    } catch (const std::exception &) {
        peer_.fail(std::current_exception());
        stream_->cancel();
    }
}

} // namespace berth::buildkit
