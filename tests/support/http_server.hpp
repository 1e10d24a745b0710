// SPDX-License-Identifier: Apache-2.0
// A small HTTP server with the answers of a test.
#pragma once

#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <arpa/inet.h>
#include <functional>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace berth::test {

struct ServerRequest {
    std::string method, target;                      // with the query
    std::map<std::string, std::string> headers = {}; // names in lower case
    std::string body = {};

    std::string header(const std::string &name) const {
        auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

struct ServerAnswer {
    std::string status = "200 OK";
    std::vector<std::string> headers = {};
    std::string body = {};
    std::string raw = {}; // sent unchanged instead, before the connection is closed
};

// Listens at 127.0.0.1 on a free port, with one thread per connection. Connections are kept alive.
class HttpServer {
  public:
    using Handler = std::function<ServerAnswer(const ServerRequest &)>;
    explicit HttpServer(Handler handler) : handler_(std::move(handler)) {
        listener_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_.get(), reinterpret_cast<sockaddr *>(&address), size);
        ::listen(listener_.get(), 64);
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr *>(&address), &size);
        port_ = ntohs(address.sin_port);
        accepting_ = std::thread([this] { accept_all(); });
    }
    ~HttpServer() {
        {
            std::lock_guard lock(mutex_);
            for (auto connection : connections_)
                ::shutdown(connection, SHUT_RDWR);
        }
        ::shutdown(listener_.get(), SHUT_RDWR);
        accepting_.join();
        for (auto &thread : threads_)
            thread.join();
    }
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
    std::string url() const { return "http://" + host(); }
    // The requests so far, in order.
    std::vector<ServerRequest> requests() const {
        std::lock_guard lock(mutex_);
        return requests_;
    }
    // "GET /v2/", one for each.
    std::vector<std::string> lines() const {
        std::vector<std::string> lines;
        for (const auto &request : requests())
            lines.push_back(request.method + " " + request.target);
        return lines;
    }

  private:
    void accept_all() {
        for (int connection = 0; (connection = ::accept(listener_.get(), nullptr, nullptr)) >= 0;) {
            {
                std::lock_guard lock(mutex_);
                connections_.push_back(connection);
            }
            threads_.emplace_back([this, connection] { serve(connection); });
        }
    }
    void serve(int connection) {
        std::string buffer;
        for (ServerRequest request; receive(connection, buffer, request);) {
            {
                std::lock_guard lock(mutex_);
                requests_.push_back(request);
            }
            auto answer = handler_(request);
            send(connection, request.method == "HEAD", answer);
            if (!answer.raw.empty())
                break;
            request = {};
        }
        ::shutdown(connection, SHUT_RDWR);
        std::lock_guard lock(mutex_);
        std::erase(connections_, connection);
        ::close(connection);
    }
    static bool fill(int connection, std::string &buffer) {
        char bytes[65536];
        auto count = ::recv(connection, bytes, sizeof bytes, 0);
        if (count > 0)
            buffer.append(bytes, static_cast<std::size_t>(count));
        return count > 0;
    }
    static bool receive(int connection, std::string &buffer, ServerRequest &request) {
        while (buffer.find("\r\n\r\n") == std::string::npos)
            if (!fill(connection, buffer))
                return false;
        auto end = buffer.find("\r\n\r\n");
        auto lines = split(buffer.substr(0, end), '\n');
        buffer.erase(0, end + 4);
        auto words = split(lines[0], ' ');
        request.method = words[0];
        request.target = words[1];
        for (std::size_t i = 1; i < lines.size(); ++i)
            if (auto colon = lines[i].find(':'); colon != std::string::npos)
                request.headers[lower(lines[i].substr(0, colon))] =
                    trim(std::string_view(lines[i]).substr(colon + 1));
        auto length =
            static_cast<std::size_t>(parse_integer(request.header("content-length")).value_or(0));
        while (buffer.size() < length)
            if (!fill(connection, buffer))
                return false;
        request.body = buffer.substr(0, length);
        buffer.erase(0, length);
        return true;
    }
    static void send(int connection, bool head, const ServerAnswer &answer) {
        auto text = answer.raw;
        if (text.empty()) {
            text = "HTTP/1.1 " + answer.status + "\r\n";
            for (const auto &header : answer.headers)
                text += header + "\r\n";
            text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
            if (!head)
                text += answer.body;
        }
        for (std::string_view rest = text; !rest.empty();) {
            auto count = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (count <= 0)
                return;
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    Handler handler_;
    FileDescriptor listener_;
    int port_ = 0;
    mutable std::mutex mutex_;
    std::vector<ServerRequest> requests_;
    std::vector<int> connections_;
    std::vector<std::thread> threads_;
    std::thread accepting_;
};

} // namespace berth::test
