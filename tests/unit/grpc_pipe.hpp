// SPDX-License-Identifier: Apache-2.0
// A client and a server of gRPC, joined in memory by two threads.
#pragma once

#include "berth/buildkit/grpc_peer.hpp"

#include <functional>
#include <thread>

namespace berth::test {

class GrpcPipe {
  public:
    explicit GrpcPipe(const buildkit::Services &services,
                      const buildkit::GrpcLimits &client_limits = {},
                      const buildkit::GrpcLimits &server_limits = {}, std::size_t piece = 4096)
        : client(nullptr, client_limits),
          server(&services, server_limits),
          forth_([this, piece] { move(client, server, piece); }),
          back_([this, piece] { move(server, client, piece); }) {}
    ~GrpcPipe() {
        client.close();
        server.close();
        forth_.join();
        back_.join();
    }

    buildkit::GrpcPeer client, server;

  private:
    static void move(buildkit::GrpcPeer &from, buildkit::GrpcPeer &to, std::size_t piece) {
        std::string buffer(piece, '\0');
        try {
            while (auto count = from.send(buffer.data(), buffer.size()))
                to.receive(std::string_view(buffer).substr(0, count));
        } catch (const std::exception &) {
            auto reason = std::current_exception();
            from.fail(reason);
            to.fail(reason);
        }
    }
    std::thread forth_, back_;
};

} // namespace berth::test
