// SPDX-License-Identifier: Apache-2.0
#include "berth/util/socket.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace berth {
namespace {

struct Pair {
    Pair() {
        int ends[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        here = FileDescriptor(ends[0]);
        there = FileDescriptor(ends[1]);
    }
    FileDescriptor here, there;
};

TEST(SocketTest, CommandsDoNotInheritIt) {
    auto socket = open_socket(AF_UNIX);
    ASSERT_TRUE(socket);
    EXPECT_NE(::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_FALSE(open_socket(-1));
}

TEST(SocketTest, SendsMoreThanTheSocketHolds) {
    Pair pair;
    const std::string sent(3u << 20, 'x');
    std::size_t received = 0;
    std::thread reader([&] {
        std::string buffer(64u << 10, '\0');
        for (ssize_t count; (count = ::read(pair.there.get(), buffer.data(), buffer.size())) > 0;)
            received += static_cast<std::size_t>(count);
    });
    EXPECT_EQ(send_all(pair.here.get(), sent), 0);
    pair.here.close();
    reader.join();
    EXPECT_EQ(received, sent.size());
}

TEST(SocketTest, AClosedPeerIsAnErrorAndNoSignal) {
    Pair pair;
    pair.there.close();
    EXPECT_EQ(send_all(pair.here.get(), "x"), EPIPE);
}

} // namespace
} // namespace berth
