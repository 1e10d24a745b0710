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

// 25 characters of a-z and 0-9, as BuildKit's own identifiers (of sessions and builds) have.
std::string new_identifier();

struct SessionOptions {
    std::string id = new_identifier(); // SolveRequest.session
    // BuildKit reuses what it copied from one session in the next with the same key; empty: of any
    // session without.
    std::string shared_key = {};
    std::string name = {};
};

class Session {
  public:
    // Announces the services and serves them on threads of its own. Both must live as long.
    Session(Connection &connection, const Services &services, SessionOptions options = {});
    ~Session(); // ends it: the handlers' streams fail, and they are waited for
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    const std::string &id() const { return options_.id; }

  private:
    void receive();
    void send();

    SessionOptions options_;
    std::unique_ptr<ClientStream> stream_;
    GrpcPeer peer_;
    std::thread receiver_, sender_; // last: they use the rest
};

} // namespace berth::buildkit
