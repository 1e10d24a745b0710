// SPDX-License-Identifier: Apache-2.0
// The interface of a gRPC stream, and the table of a server's handlers.
#pragma once

#include "berth/buildkit/status.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth::buildkit {

// Request headers or trailers: lower-case names. The values of names that end in "-bin" are
// decoded from base64.
using Metadata = std::multimap<std::string, std::string>;

// Blocking. One thread may call read() while another calls write().
class MessageStream {
  public:
    virtual ~MessageStream() = default;
    // Waits for the peer's next message; false after the last one. Throws GrpcError if the stream
    // failed or was cancelled.
    virtual bool read(std::string &message) = 0;
    // Sends one message; blocks while the peer reads too slowly. Throws like read().
    virtual void write(std::string_view message) = 0;
};

// A call that a server answers.
struct Request {
    std::string method; // "/moby.filesync.v1.FileSync/DiffCopy"
    Metadata metadata;
    MessageStream &stream;
};

// Answers one call on its own thread. Its messages are sent before the status. An exception also
// ends the call: a GrpcError with its status, any other one as `unknown`.
using Handler = std::function<Status(Request &)>;

class Services {
  public:
    // `method` with its slashes, as in Request. A second handler of a method replaces the first.
    void add(std::string method, Handler handler);
    // nullptr if it was not added.
    const Handler *find(std::string_view method) const;
    std::vector<std::string> methods() const; // sorted

  private:
    std::map<std::string, Handler, std::less<>> handlers_;
};

} // namespace berth::buildkit
