// SPDX-License-Identifier: Apache-2.0
// Trailers with values above 64 KiB, as BuildKit's errors have them.
#include "berth/buildkit/control.hpp"
#include "berth/buildkit/http2.hpp"

#include "buildkit_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace berth::buildkit {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

class HeaderSide : public Http2Listener {
  public:
    explicit HeaderSide(Http2::Role role) : http2(role, *this) {}

    void on_headers(std::int32_t stream, Headers headers, bool) override {
        last = headers;
        if (on_request)
            on_request(stream);
    }
    void on_data(std::int32_t, std::string_view) override {}
    void on_end(std::int32_t) override {}
    void on_close(std::int32_t, Http2Error error) override { closed = error; }
    void on_sent(std::int32_t) override {}
    void on_go_away(Http2Error, std::string_view) override {}

    std::string output() {
        std::string all, piece(16384, '\0');
        while (auto count = http2.send(piece.data(), piece.size()))
            all += piece.substr(0, count);
        return all;
    }

    Headers last;
    Http2Error closed = Http2Error::no_error;
    std::function<void(std::int32_t)> on_request;
    Http2 http2;
};

const Headers large_request = {
    {":method", "POST"}, {":scheme", "http"}, {":path", "/a"}, {":authority", "localhost"}};

// Huffman's code is shorter for the first, not for the second, and the third has all its codes.
std::string base64_like(int size = 100'000) {
    std::string text;
    for (int i = 0; i < size; ++i)
        text += "ABCXYZabcxyz0189+/="[i * 7 % 19];
    return text;
}
const std::string rare_bytes(100'000, '\x02');
std::string all_bytes() {
    std::string text;
    for (int byte = 0; byte < 256; ++byte)
        text += std::string(600, 'a') + static_cast<char>(byte);
    return text;
}

// A client and a server that answers with these trailers. Returns the server's bytes for one
// request.
struct Pair {
    explicit Pair(Headers answer) : trailers(std::move(answer)) {
        server.on_request = [this](std::int32_t stream) {
            server.http2.respond(stream, {{":status", "200"}, {"indexed", "value"}}, false);
            server.http2.finish(stream, trailers);
        };
        server.http2.receive(client.output());
        client.http2.receive(server.output());
    }
    std::string answer() {
        client.http2.finish(client.http2.open(large_request));
        server.http2.receive(client.output());
        return server.output();
    }

    Headers trailers;
    HeaderSide client{Http2::Role::client}, server{Http2::Role::server};
};

TEST(LargeHeadersTest, ArriveWholeWithTheFollowingOnes) {
    const Headers trailers = {{"small", "x"},
                              {"grpc-status-details-bin", base64_like()},
                              {"rare", rare_bytes},
                              {"all", all_bytes()},
                              {"end", "y"}};
    Pair pair(trailers);
    for (int i = 0; i < 3; ++i) {
        pair.client.http2.receive(pair.answer());
        EXPECT_TRUE(pair.client.last == trailers);
        EXPECT_EQ(pair.client.closed, Http2Error::no_error);
    }
}

TEST(LargeHeadersTest, PiecesOfAnySize) {
    const Headers trailers = {{"large", base64_like(200'000)}};
    for (std::size_t size : {1, 7, 9, 10, 16393}) {
        Pair pair(trailers);
        auto bytes = pair.answer();
        for (std::size_t at = 0; at < bytes.size(); at += size)
            pair.client.http2.receive(std::string_view(bytes).substr(at, size));
        EXPECT_TRUE(pair.client.last == trailers) << size;
    }
}

TEST(LargeHeadersTest, WrongBytesAreErrorsOrIgnored) {
    std::mt19937 random(1);
    for (int i = 0; i < 100; ++i) {
        Pair pair({{"large", base64_like()}});
        auto bytes = pair.answer();
        // Half of them where the frames and the lengths are.
        auto at = random() % (i % 2 == 0 ? 100 : bytes.size());
        bytes[at] = static_cast<char>(random());
        try {
            pair.client.http2.receive(bytes);
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("not HTTP/2"));
        }
    }
}

// By hand: frames of stream 1, with HPACK's literals.
std::string frame(char type, int flags, const std::string &payload) {
    std::string head;
    for (int shift : {16, 8, 0})
        head += static_cast<char>(payload.size() >> shift);
    return head + type + static_cast<char>(flags) + std::string("\0\0\0\1", 4) + payload;
}
std::string frames(std::string block, char type = 1, int flags = 0) {
    auto part = block.substr(0, 16384);
    block.erase(0, part.size());
    if (block.empty())
        return frame(type, flags | 4, part);
    return frame(type, flags, part) + frames(block, 9);
}
// A new name, whose value goes into the table.
std::string indexed(const std::string &name, const std::string &value) {
    auto size = value.size() - 127;
    std::string length = "\x7f";
    for (; size >= 0x80; size >>= 7)
        length += static_cast<char>(size | 0x80);
    return "\x40" + std::string(1, static_cast<char>(name.size())) + name + length +
           static_cast<char>(size) + value;
}

TEST(LargeHeadersTest, EmptyTheTableLikeForThePeer) {
    Pair pair({});
    auto &client = pair.client;
    client.http2.open(large_request);
    client.output();
    std::string large(70'000, 'x'), medium(200, 'm');
    std::string status = "\x88", first = "\xbe"; // :status 200; what the table has first
    client.http2.receive(frames(status + indexed("a", medium)));
    EXPECT_EQ(client.last.back(), std::pair(std::string("a"), medium));
    // Trailers; the peer's padding and priority go.
    auto padded = std::string("\x03") + std::string(5, '\0');
    auto trailers = first + indexed("b", large);
    auto bytes = frame(1, 0x1 | 0x8 | 0x20, padded + trailers.substr(0, 1000) + "\0\0\0"s) +
                 frames(trailers.substr(1000), 9);
    client.http2.receive(bytes);
    EXPECT_TRUE(client.last == (Headers{{"a", medium}, {"b", large}}));
    client.http2.open(large_request);
    auto next = frames(status + first);
    next[8] = 3; // the stream
    try {
        client.http2.receive(next);
        client.output();
        EXPECT_TRUE(client.http2.failed());
    } catch (const Error &) {
    }
}

TEST(LargeHeadersTest, TooLargeOnesResetOnlyTheirStream) {
    Pair pair(Headers{{"small", "x"}});
    auto &client = pair.client;
    client.http2.open(large_request);
    pair.server.http2.receive(client.output());
    client.http2.receive(frames("\x88" + indexed("a", std::string((4 << 20) + 1, 'x'))));
    EXPECT_TRUE(client.last.empty());
    pair.server.http2.receive(client.output());
    EXPECT_NE(pair.server.closed, Http2Error::no_error);
}

TEST(LargeHeadersTest, AnErrorWithAWholeDockerfileArrives) {
    Services services;
    Status status{StatusCode::unknown, "failed", {{"type+json", std::string(1'500'000, 'd')}}};
    services.add("/moby.buildkit.v1.Control/Info", [&](Request &) { return status; });
    test::BuildkitRunner runner(services);
    Connection connection(runner, process::Command{{"docker"}});
    for (int i = 0; i < 2; ++i)
        try {
            Control(connection).info();
            FAIL();
        } catch (const GrpcError &error) {
            EXPECT_EQ(error.status().message, "failed");
            ASSERT_EQ(error.status().details.size(), 1u);
            EXPECT_TRUE(error.status().details[0].value == status.details[0].value);
        }
}

} // namespace
} // namespace berth::buildkit
