// SPDX-License-Identifier: Apache-2.0
// A session: the client's services that BuildKit calls during a build. Control/Session is a stream
// of bytes in both directions; through it goes HTTP/2, with buildkitd as the client.
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/buildkit/grpc_peer.hpp"

#include <memory>
#include <string>
#include <thread>

namespace berth::buildkit {

// 25 characters of a-z and 0-9, like BuildKit's own identifiers of sessions and builds.
std::string new_identifier();

struct SessionOptions {
    std::string id = new_identifier(); // SolveRequest.session
    // BuildKit reuses the copies of a session in the next one with the same key; empty: in any
    // session without a key.
    std::string shared_key = {};
    std::string name = {};
};

class Session {
  public:
    // Announces the services and serves them on its own threads. Connection and services must
    // outlive it.
    Session(Connection &connection, const Services &services, SessionOptions options = {});
    ~Session(); // ends it: fails the handlers' streams, and waits for the handlers
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    const std::string &id() const { return options_.id; }

  private:
    void receive();
    void send();

    SessionOptions options_;
    std::unique_ptr<ClientStream> stream_;
    GrpcPeer peer_;
    std::thread receiver_, sender_; // last, since they use the other members
};

} // namespace berth::buildkit
