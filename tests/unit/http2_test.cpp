// SPDX-License-Identifier: Apache-2.0
// HTTP/2 as a transformation of bytes: a client and a server, and peers that break the rules.
#include "berth/buildkit/http2.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace berth::buildkit {
namespace {

using ::testing::HasSubstr;
using Role = Http2::Role;

// Records events, with pieces of data joined.
class Side : public Http2Listener {
  public:
    explicit Side(Role role, const Http2Limits &limits = {}) : http2(role, *this, limits) {}

    void on_headers(std::int32_t stream, Headers headers, bool end) override {
        for (const auto &[name, value] : headers)
            log += name + "=" + value + " ";
        log += "(headers of " + std::to_string(stream) + (end ? ", end)\n" : ")\n");
        if (on_request)
            on_request(stream);
    }
    void on_data(std::int32_t stream, std::string_view bytes) override {
        data += bytes;
        http2.consumed(stream, bytes.size());
    }
    void on_end(std::int32_t stream) override { log += "end of " + std::to_string(stream) + "\n"; }
    void on_close(std::int32_t stream, Http2Error error) override {
        log += "close of " + std::to_string(stream) + ": " +
               std::to_string(static_cast<std::uint32_t>(error)) + "\n";
    }
    void on_sent(std::int32_t) override {}
    void on_go_away(Http2Error, std::string_view) override { log += "go away\n"; }

    std::string output() {
        std::string all, piece(700, '\0');
        while (auto count = http2.send(piece.data(), piece.size()))
            all += piece.substr(0, count);
        return all;
    }

    std::string log, data;
    std::function<void(std::int32_t)> on_request;
    Http2 http2;
};

const Headers request = {{":method", "POST"},
                         {":scheme", "http"},
                         {":path", "/a"},
                         {":authority", "localhost"},
                         {"x", "y"}};

// Runs until neither side has bytes to send. Returns the bytes of the first.
std::string exchange(Side &first, Side &second) {
    std::string all;
    while (true) {
        auto forth = first.output();
        second.http2.receive(forth);
        auto back = second.output();
        first.http2.receive(back);
        all += forth;
        if (forth.empty() && back.empty())
            return all;
    }
}

// The bytes that a client sends for one request with a body.
std::string recorded_request() {
    Side client(Role::client), server(Role::server);
    auto stream = client.http2.open(request);
    client.http2.write(stream, std::string(300, 'b') + "end");
    client.http2.finish(stream, {{"trailer", "t"}});
    return exchange(client, server);
}

std::string hex_bytes(std::initializer_list<int> bytes) {
    std::string result;
    for (int byte : bytes)
        result += static_cast<char>(byte);
    return result;
}

std::string error_of(Side &side, std::string_view bytes) {
    try {
        side.http2.receive(bytes);
        side.output();
        return side.http2.failed() ? side.http2.error().what() : "";
    } catch (const Error &error) {
        return error.what();
    }
}

TEST(Http2Test, ARequestAndItsAnswer) {
    Side client(Role::client), server(Role::server);
    server.on_request = [&](std::int32_t stream) {
        server.http2.respond(stream, {{":status", "200"}}, false);
        server.http2.write(stream, std::string(100000, 'r'));
        server.http2.finish(stream, {{"grpc-status", "0"}});
    };
    auto stream = client.http2.open(request);
    client.http2.write(stream, "hello");
    client.http2.finish(stream);
    EXPECT_EQ(client.http2.waiting(stream), 5u);
    exchange(client, server);
    EXPECT_EQ(client.http2.waiting(stream), 0u);
    EXPECT_EQ(server.data, "hello");
    EXPECT_EQ(client.data, std::string(100000, 'r'));
    EXPECT_EQ(client.log, ":status=200 (headers of 1)\ngrpc-status=0 (headers of 1, end)\n"
                          "close of 1: 0\n");
}

TEST(Http2Test, EverySplitGivesTheSame) {
    auto bytes = recorded_request();
    Side whole(Role::server);
    whole.http2.receive(bytes);
    EXPECT_EQ(whole.data, std::string(300, 'b') + "end");
    EXPECT_THAT(whole.log, HasSubstr("trailer=t (headers of 1, end)"));
    for (std::size_t at = 0; at <= bytes.size(); ++at) {
        Side split(Role::server);
        split.http2.receive(std::string_view(bytes).substr(0, at));
        split.http2.receive(std::string_view(bytes).substr(at));
        ASSERT_EQ(split.log, whole.log) << at;
        ASSERT_EQ(split.data, whole.data) << at;
    }
}

TEST(Http2Test, EveryWrongByteIsAnErrorOrIgnored) {
    auto bytes = recorded_request();
    int errors = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (int value : {0, 0x7f, 0xff, bytes[at] ^ 1}) {
            auto wrong = bytes;
            wrong[at] = static_cast<char>(value);
            Side side(Role::server);
            errors += error_of(side, wrong).empty() ? 0 : 1;
            side.output();
        }
    EXPECT_GT(errors, 50);
}

TEST(Http2Test, WhatIsNoHttp2IsAnError) {
    for (const auto &bytes :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(100, '\0'),
          std::string(100, '\xff'), hex_bytes({0xff, 0xff, 0xff, 4, 0, 0, 0, 0, 0}),
          // DATA of an unopened stream, before the settings
          hex_bytes({0, 0, 1, 0, 0, 0, 0, 0, 5, 'x'})}) {
        Side client(Role::client), server(Role::server);
        EXPECT_THAT(error_of(client, bytes), HasSubstr("not HTTP/2"));
        EXPECT_THAT(error_of(server, bytes), HasSubstr("not HTTP/2"));
    }
}

TEST(Http2Test, ResetsAndGoAway) {
    Side client(Role::client), server(Role::server);
    auto stream = client.http2.open(request);
    server.on_request = [&](std::int32_t id) {
        server.http2.reset(id, Http2Error::enhance_your_calm);
    };
    exchange(client, server);
    EXPECT_EQ(client.log, "close of 1: 11\n");
    client.http2.write(stream, "lost"); // harmless
    client.http2.finish(stream);
    EXPECT_EQ(client.http2.waiting(stream), 0u);

    client.log.clear();
    client.http2.open(request);
    client.output();
    // GOAWAY that never saw stream 3
    client.http2.receive(hex_bytes({0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}));
    EXPECT_EQ(client.log, "go away\nclose of 3: 7\n");
}

TEST(Http2Test, TooManyHeadersResetTheirStream) {
    Side client(Role::client), server(Role::server, {.header_bytes = 5000});
    auto many = request;
    for (int i = 0; i < 100; ++i)
        many.emplace_back("name" + std::to_string(i), std::string(100, 'v'));
    client.http2.open(many);
    exchange(client, server);
    EXPECT_EQ(server.log.find("(headers"), std::string::npos);
    EXPECT_THAT(client.log, HasSubstr("close of 1: "));
    client.http2.open(request);
    exchange(client, server);
    EXPECT_THAT(server.log, HasSubstr("(headers of 3)"));
}

// BuildKit asks for files by header values, and " lead" or "tail " is a file's name too.
TEST(Http2Test, HeaderValuesKeepTheBlanksAroundThem) {
    Side client(Role::client), server(Role::server);
    auto with_blanks = request;
    with_blanks.insert(with_blanks.end(), {{"followpaths", " lead"}, {"followpaths", "tail "}});
    client.http2.open(with_blanks);
    exchange(client, server);
    EXPECT_THAT(server.log, HasSubstr("followpaths= lead followpaths=tail  (headers of 1)"));
}

TEST(Http2Test, AnswersToPingsGoBeforeData) {
    Side client(Role::client), server(Role::server);
    auto stream = client.http2.open(request);
    exchange(client, server);
    client.http2.write(stream, std::string(50000, 'd'));
    client.http2.receive(hex_bytes({0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(client.output().substr(0, 17),
              hex_bytes({0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

// A ping that measures the bandwidth is answered after four windows of data, or when none is left.
TEST(Http2Test, MeasuringPingsAreAnsweredAfterData) {
    const auto ping = hex_bytes({0, 0, 8, 6, 0, 0, 0, 0, 0, 2, 4, 16, 16, 9, 14, 7, 7});
    const auto answer = hex_bytes({0, 0, 8, 6, 1, 0, 0, 0, 0, 2, 4, 16, 16, 9, 14, 7, 7});
    Side client(Role::client), server(Role::server, {.stream_window = 100'000});
    auto stream = client.http2.open(request);
    exchange(client, server);
    client.http2.receive(ping);
    EXPECT_EQ(client.output(), answer);
    client.http2.write(stream, std::string(1'000'000, 'd'));
    client.http2.receive(ping);
    auto answered = exchange(client, server).find(answer);
    EXPECT_GE(answered, 400'000u);
    EXPECT_LT(answered, 420'000u);
    client.http2.write(stream, std::string(50'000, 'd'));
    client.http2.receive(ping);
    answered = exchange(client, server).find(answer);
    EXPECT_GE(answered, 50'000u);
    EXPECT_LT(answered, 51'000u);
    EXPECT_EQ(server.data.size(), 1'050'000u);
}

TEST(Http2Test, DataWaitsForThePeersWindow) {
    Side client(Role::client), server(Role::server, {.stream_window = 1000});
    auto stream = client.http2.open(request);
    exchange(client, server); // the server's settings
    client.http2.write(stream, std::string(5000, 'd'));
    auto sent = client.output();
    EXPECT_EQ(client.http2.waiting(stream), 4000u);
    EXPECT_FALSE(client.http2.has_output());
    server.http2.receive(sent);
    exchange(client, server);
    EXPECT_EQ(server.data.size(), 5000u);
}

} // namespace
} // namespace berth::buildkit
