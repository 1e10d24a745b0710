// SPDX-License-Identifier: Apache-2.0
// Calls of a Connection with protobuf messages.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/buildkit/typed_stream.hpp"

#include <functional>
#include <string>

namespace berth::buildkit {

template<class Output, class Input>
Output call(Connection &connection, const std::string &method, const Input &input,
            const CallOptions &options = {}) {
    Output output;
    parse(connection.call(method, input.SerializeAsString(), options), output);
    return output;
}

// One request, any number of responses; `at_end` gets the stream after the last one.
template<class Output, class Input>
void call_stream(Connection &connection, const std::string &method, const Input &input,
                 const CallOptions &options, const std::function<void(const Output &)> &each,
                 const std::function<void(ClientStream &)> &at_end = {}) {
    auto stream = connection.open(method, options);
    try {
        write(*stream, input);
        stream->end_writing();
    } catch (const GrpcError &) {
        // The server may have answered without reading; read() returns its status.
    }
    Output output;
    while (read(*stream, output))
        each(output);
    if (at_end)
        at_end(*stream);
}

} // namespace berth::buildkit
