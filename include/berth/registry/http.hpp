// SPDX-License-Identifier: Apache-2.0
// An HTTP client that runs any number of requests concurrently and reuses connections.
#pragma once

#include "berth/process/cancellation.hpp"
#include "berth/util/environment.hpp"
#include "berth/util/error.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registry {

// TLS settings of a host. Paths of PEM files; empty: the system's default.
struct Tls {
    std::string authorities = {}, certificate = {}, key = {};
    bool insecure = false; // do not check the certificate
};

// The receiver of a body. Called only by the client's thread; must not block.
class Sink {
  public:
    virtual ~Sink() = default;
    // False if it has no room: the client offers the bytes again when has_room().
    virtual bool write(std::string_view bytes) = 0;
    virtual bool has_room() const { return true; }
};
class Source {
  public:
    virtual ~Source() = default;
    enum class State { bytes, wait, failed };
    // Puts up to `size` bytes into the buffer, and their number into `count`; 0 is the end. `wait`:
    // the client asks again when has_bytes().
    virtual State read(char *buffer, std::size_t size, std::size_t &count) = 0;
    virtual bool has_bytes() const { return true; }
};

struct HttpRequest {
    std::string method = "GET";
    std::string url = {};
    std::vector<std::string> headers = {}; // "Accept: */*"
    std::string body = {};                 // of POST and PUT
    std::size_t limit = 64u << 10;         // bytes; a longer response is an error
    Tls tls = {};
    // Replaces `body`.
    std::shared_ptr<Source> source = {};
    std::int64_t source_size = 0; // bytes
    // Receives the body of a response with status 200, without a limit.
    std::shared_ptr<Sink> sink = {};
};

struct HttpResponse {
    int status = 0;
    std::map<std::string, std::string> headers = {}; // names in lower case; the last of a name
    std::vector<std::string> challenges = {};        // all WWW-Authenticate headers
    std::string body = {};

    std::string header(const std::string &name) const; // empty: missing
};

// A request without a response.
class TransportError : public Error {
  public:
    TransportError(const std::string &what, bool transient, std::string hint = {},
                   bool partial = false)
        : Error(what, ExitCode::failure, std::move(hint)),
          transient_(transient),
          partial_(partial) {}
    bool transient() const { return transient_; } // a retry may succeed
    // The sink has received a part of the answer: a retry needs another one.
    bool partial() const { return partial_; }

  private:
    bool transient_, partial_;
};

class HttpClient {
  public:
    // Uses the proxies of the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY, in upper or lower
    // case). Loads libcurl, and throws Error if it is missing.
    HttpClient(const process::Cancellation &cancellation, const Environment &environment);
    ~HttpClient();
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    // Waits for the response and returns it, whatever its status. Does not follow redirects. Any
    // thread may call it. Throws TransportError, or Error when cancelled.
    HttpResponse perform(const HttpRequest &request);

  private:
    class Worker;
    std::unique_ptr<Worker> worker_;
};

} // namespace berth::registry
