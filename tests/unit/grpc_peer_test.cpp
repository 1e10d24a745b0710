// SPDX-License-Identifier: Apache-2.0
// gRPC calls from one peer to another in memory.
#include "berth/buildkit/grpc_peer.hpp"

#include "grpc_pipe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <set>

namespace berth::buildkit {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Status echo(Request &request) {
    std::string message;
    while (request.stream.read(message))
        request.stream.write(message);
    return {};
}

Services echo_service() {
    Services services;
    services.add("/test/Echo", echo);
    services.add("/test/Fail", [](Request &) -> Status {
        return {
            StatusCode::not_found, "no 100% \xc3\xa4\n", {{"type/x", std::string("\0\xff", 2)}}};
    });
    services.add("/test/Throw",
                 [](Request &) -> Status { throw std::runtime_error("thrown here"); });
    services.add("/test/Hang", [](Request &request) -> Status {
        std::string message;
        while (request.stream.read(message)) {
        }
        throw std::runtime_error("the stream should have been cancelled");
    });
    services.add("/test/Metadata", [](Request &request) -> Status {
        std::string message;
        for (const auto &[name, value] : request.metadata)
            request.stream.write(name + "=" + value);
        return {};
    });
    return services;
}

template<class Function>
Status status_of(Function function) {
    try {
        function();
        return {};
    } catch (const GrpcError &error) {
        return error.status();
    }
}

TEST(GrpcPeerTest, UnaryCallsOfAllSizes) {
    auto services = echo_service();
    test::GrpcPipe pipe(services);
    for (std::size_t size : {0u, 1u, 5u, 16383u, 16384u, 70000u, 3000000u, 12000000u}) {
        std::string request(size, 'x');
        EXPECT_EQ(pipe.client.call("/test/Echo", request), request);
    }
}

TEST(GrpcPeerTest, PiecesOfOneByte) {
    auto services = echo_service();
    test::GrpcPipe pipe(services, {}, {}, 1);
    std::string request(3000, 'y');
    EXPECT_EQ(pipe.client.call("/test/Echo", request), request);
    EXPECT_EQ(status_of([&] { pipe.client.call("/test/Fail", ""); }).code, StatusCode::not_found);
}

TEST(GrpcPeerTest, ManyConcurrentCalls) {
    auto services = echo_service();
    test::GrpcPipe pipe(services);
    std::vector<std::future<bool>> calls;
    for (int i = 0; i < 40; ++i)
        calls.push_back(std::async(std::launch::async, [&pipe, i] {
            auto stream = pipe.client.open("/test/Echo");
            std::string message;
            for (int k = 0; k < 50; ++k) {
                auto text = std::to_string(i * 1000 + k) + std::string(999, 'z');
                stream->write(text);
                if (!stream->read(message) || message != text)
                    return false;
            }
            stream->end_writing();
            return !stream->read(message);
        }));
    for (auto &call : calls)
        EXPECT_TRUE(call.get());
}

TEST(GrpcPeerTest, StatusesArriveWhole) {
    auto services = echo_service();
    test::GrpcPipe pipe(services);
    auto status = status_of([&] { pipe.client.call("/test/Fail", "x"); });
    EXPECT_EQ(status.code, StatusCode::not_found);
    EXPECT_EQ(status.message, "no 100% \xc3\xa4\n");
    ASSERT_EQ(status.details.size(), 1u);
    EXPECT_EQ(status.details[0].type_url, "type/x");
    EXPECT_EQ(status.details[0].value, std::string("\0\xff", 2));
    status = status_of([&] { pipe.client.call("/test/Throw", "x"); });
    EXPECT_EQ(status.code, StatusCode::unknown);
    EXPECT_EQ(status.message, "thrown here");
    EXPECT_EQ(status_of([&] { pipe.client.call("/test/None", "x"); }).code,
              StatusCode::unimplemented);
}

TEST(GrpcPeerTest, MetadataArrives) {
    auto services = echo_service();
    test::GrpcPipe pipe(services);
    auto stream = pipe.client.open(
        "/test/Metadata",
        {.metadata = {{"a", "1"}, {"a", "2"}, {"b-bin", std::string("\0\xfe", 2)}, {"c", ""}}});
    stream->end_writing();
    std::multiset<std::string> came;
    std::string message;
    while (stream->read(message))
        came.insert(message);
    EXPECT_EQ(came,
              (std::multiset<std::string>{"a=1", "a=2", std::string("b-bin=\0\xfe", 8), "c="}));
}

TEST(GrpcPeerTest, DeadlinesAndCancellationEndACall) {
    auto services = echo_service();
    test::GrpcPipe pipe(services);
    auto begin = std::chrono::steady_clock::now();
    auto status = status_of([&] { pipe.client.call("/test/Echo", "x", {.timeout = 10s}); });
    EXPECT_TRUE(status.ok()) << status.message;
    auto stream = pipe.client.open("/test/Hang", {.timeout = 50ms});
    std::string message;
    status = status_of([&] { stream->read(message); });
    EXPECT_EQ(status.code, StatusCode::deadline_exceeded);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    auto other = pipe.client.open("/test/Hang");
    auto reader = std::async(std::launch::async, [&] {
        std::string text;
        return status_of([&] { other->read(text); }).code;
    });
    other->cancel();
    EXPECT_EQ(reader.get(), StatusCode::cancelled);
    EXPECT_EQ(pipe.client.call("/test/Echo", "still works"), "still works");
}

TEST(GrpcPeerTest, TooLargeMessagesFailOnlyTheirCall) {
    auto services = echo_service();
    test::GrpcPipe pipe(services, {}, {.largest_message = 1000});
    auto status = status_of([&] { pipe.client.call("/test/Echo", std::string(1001, 'x')); });
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(pipe.client.call("/test/Echo", std::string(1000, 'x')).size(), 1000u);
    status = status_of(
        [&] { pipe.client.call("/test/Echo", std::string(900, 'x'), {.largest_message = 800}); });
    EXPECT_EQ(status.code, StatusCode::resource_exhausted);
    EXPECT_THAT(status.message, HasSubstr("900 bytes"));
}

TEST(GrpcPeerTest, ASlowReaderSlowsTheWriterAndLosesNothing) {
    constexpr int messages = 400;
    std::atomic<int> written{0};
    Services services;
    services.add("/test/Flood", [&](Request &request) -> Status {
        for (int i = 0; i < messages; ++i) {
            request.stream.write(std::string(100000, static_cast<char>('a' + i % 26)));
            ++written;
        }
        return {};
    });
    GrpcLimits limits;
    limits.http2.stream_window = 200000;
    limits.http2.connection_window = 400000;
    limits.to_read = 200000;
    test::GrpcPipe pipe(services, limits);
    auto stream = pipe.client.open("/test/Flood");
    stream->end_writing();
    std::this_thread::sleep_for(100ms);
    EXPECT_LT(written, 20);
    // Other calls pass meanwhile.
    EXPECT_EQ(status_of([&] { pipe.client.call("/test/None", ""); }).code,
              StatusCode::unimplemented);
    std::string message;
    int count = 0;
    for (; stream->read(message); ++count)
        ASSERT_EQ(message, std::string(100000, static_cast<char>('a' + count % 26)));
    EXPECT_EQ(count, messages);
}

TEST(GrpcPeerTest, MessagesLargerThanTheWindowPass) {
    auto services = echo_service();
    GrpcLimits limits;
    limits.http2.stream_window = 65535;
    limits.http2.connection_window = 65535;
    test::GrpcPipe pipe(services, limits, limits);
    std::string request(2000000, 'w');
    EXPECT_EQ(pipe.client.call("/test/Echo", request), request);
}

TEST(GrpcPeerTest, ABrokenConnectionFailsAllCalls) {
    auto services = echo_service();
    test::GrpcPipe pipe(services);
    auto stream = pipe.client.open("/test/Hang");
    pipe.client.fail(std::make_exception_ptr(std::runtime_error("broken")));
    std::string message;
    EXPECT_THROW(stream->read(message), std::runtime_error);
    EXPECT_THROW(stream->write("x"), std::runtime_error);
    EXPECT_THROW(pipe.client.open("/test/Echo"), std::runtime_error);
}

TEST(GrpcPeerTest, ManyCancelledCallsLeaveNothing) {
    auto services = echo_service();
    test::GrpcPipe pipe(services);
    for (int i = 0; i < 700; ++i) {
        auto stream = pipe.client.open("/test/Hang");
        stream->write("x");
    }
    EXPECT_EQ(pipe.client.call("/test/Echo", "x"), "x");
}

} // namespace
} // namespace berth::buildkit
