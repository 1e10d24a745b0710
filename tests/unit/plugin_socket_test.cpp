// SPDX-License-Identifier: Apache-2.0
// docker's connection to its plugin; the test plays docker.
#include "berth/process/plugin_socket.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::process {
namespace {

FileDescriptor listen_at(const std::string &path) {
    sockaddr_un name = {};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    FileDescriptor listening(::socket(AF_UNIX, SOCK_STREAM, 0));
    EXPECT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr *>(&name), sizeof name), 0);
    EXPECT_EQ(::listen(listening.get(), 1), 0);
    return listening;
}

TEST(PluginSocketTest, AClosedSocketIsSigterm) {
    test::TemporaryDirectory folder;
    auto listening = listen_at(folder / "s");
    Cancellation cancellation;
    PluginSocket socket(folder / "s", cancellation);
    FileDescriptor line(::accept(listening.get(), nullptr, nullptr));
    ASSERT_TRUE(line);
    EXPECT_FALSE(cancellation.cancelled());
    line.close();
    EXPECT_TRUE(cancellation.wait_for(std::chrono::seconds(10)));
    EXPECT_EQ(cancellation.signal(), SIGTERM);
}

TEST(PluginSocketTest, ClosingItIsNotASignal) {
    test::TemporaryDirectory folder;
    auto listening = listen_at(folder / "s");
    Cancellation cancellation;
    { PluginSocket socket(folder / "s", cancellation); }
    EXPECT_FALSE(cancellation.cancelled());
}

TEST(PluginSocketTest, IgnoresAMissingSocket) {
    Cancellation cancellation;
    PluginSocket none("", cancellation), gone("/nowhere/s", cancellation),
        abstract("@nobody-is-here", cancellation), long_name(std::string(500, 'x'), cancellation);
    EXPECT_FALSE(cancellation.cancelled());
}

} // namespace
} // namespace berth::process
