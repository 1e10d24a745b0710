// SPDX-License-Identifier: Apache-2.0
// Protobuf messages over a MessageStream.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <functional>
#include <string>

namespace berth::buildkit {

// Throws GrpcError (`internal`) if the bytes are not a message of that type.
template<class Message>
void parse(const std::string &bytes, Message &message) {
    if (!message.ParseFromString(bytes))
        throw GrpcError(StatusCode::internal, "cannot parse a " + message.GetTypeName() + " of " +
                                                  std::to_string(bytes.size()) + " bytes");
}

// False at the end of the peer's messages.
template<class Message>
bool read(MessageStream &stream, Message &message) {
    std::string bytes;
    if (!stream.read(bytes))
        return false;
    parse(bytes, message);
    return true;
}

template<class Message>
void write(MessageStream &stream, const Message &message) {
    stream.write(message.SerializeAsString());
}

// A handler of a call with one request and one response: unary<Input, Output>(function), where
// `function` takes (const Input &, const Metadata &) and returns an Output, or throws GrpcError.
template<class Input, class Output>
Handler unary(std::function<Output(const Input &, const Metadata &)> function) {
    return [function = std::move(function)](Request &request) {
        Input input;
        if (!read(request.stream, input))
            return Status{StatusCode::internal, request.method + " came without a request", {}};
        write(request.stream, function(input, request.metadata));
        return Status{};
    };
}

} // namespace berth::buildkit
