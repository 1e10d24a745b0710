// SPDX-License-Identifier: Apache-2.0
// Bytes from a peer of a connection: HTTP/2 frames in pieces of any size, to a client with a call
// and to a server.
#include "berth/buildkit/grpc_peer.hpp"
#include "berth/util/error.hpp"

#include "fuzz_input.hpp"

namespace {

using namespace berth;

void feed(buildkit::GrpcPeer &peer, const std::vector<std::string> &pieces) {
    char out[4096];
    try {
        for (const auto &piece : pieces) {
            peer.receive(piece);
            if (peer.broken())
                break;
        }
        peer.close();
        while (peer.send(out, sizeof out) > 0) {
        }
    } catch (const Error &) {
    }
    peer.fail(std::make_exception_ptr(buildkit::GrpcError(buildkit::StatusCode::cancelled, "")));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    auto pieces = fuzz::pieces(fuzz::bytes(data, size));
    {
        buildkit::GrpcPeer client;
        auto call = client.open("/service/Method");
        feed(client, pieces);
        std::string message;
        try {
            while (call->read(message)) {
            }
        } catch (const buildkit::GrpcError &) {
        }
    }
    buildkit::Services services;
    services.add("/service/Method", [](buildkit::Request &request) {
        std::string message;
        while (request.stream.read(message))
            request.stream.write(message);
        return buildkit::Status{};
    });
    buildkit::GrpcPeer server(&services);
    feed(server, pieces);
    return 0;
}
