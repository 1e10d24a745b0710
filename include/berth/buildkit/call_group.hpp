// SPDX-License-Identifier: Apache-2.0
// Calls with one request and one response that another thread can cancel, all at once.
#pragma once

#include "berth/buildkit/connection.hpp"

#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace berth::buildkit {

// Thread-safe. Throws the errors of Connection.
class CallGroup {
  public:
    explicit CallGroup(Connection &connection) : connection_(connection) {}

    std::string call(const std::string &method, std::string_view request,
                     const CallOptions &options = {});
    // Running and later calls throw GrpcError `cancelled`.
    void cancel();

  private:
    class Running;

    Connection &connection_;
    std::mutex mutex_;
    std::set<ClientStream *> running_;
    bool cancelled_ = false;
};

} // namespace berth::buildkit
