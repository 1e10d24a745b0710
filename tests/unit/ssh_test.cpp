// SPDX-License-Identifier: Apache-2.0
#include "berth/process/real_runner.hpp"
#include "berth/session/key_agent.hpp"
#include "berth/session/ssh.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "buildkit/ssh_forward.pb.h"
#include "session_call.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace berth::session {
namespace {

using moby::sshforward::v1::BytesMessage;
using ::testing::HasSubstr;

std::string message(const std::string &body) {
    return std::string{'\0', '\0', static_cast<char>(body.size() >> 8),
                       static_cast<char>(body.size())} +
           body;
}

// An agent that echoes requests.
class EchoAgent {
  public:
    explicit EchoAgent(const std::filesystem::path &path)
        : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        if (::bind(listener_.get(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 ||
            ::listen(listener_.get(), 5) != 0)
            throw std::runtime_error("no socket");
        thread_ = std::thread([this] {
            FileDescriptor peer(::accept(listener_.get(), nullptr, nullptr));
            char buffer[4096];
            for (ssize_t count = 1; count > 0;) {
                count = ::recv(peer.get(), buffer, sizeof buffer, 0);
                if (count > 0)
                    ::send(peer.get(), buffer, static_cast<std::size_t>(count), MSG_NOSIGNAL);
            }
        });
    }
    ~EchoAgent() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }

  private:
    FileDescriptor listener_;
    std::thread thread_;
};

class SshTest : public ::testing::Test {
  protected:
    buildkit::Status check(const std::string &id) {
        moby::sshforward::v1::CheckAgentRequest request;
        request.set_id(id);
        return test::call<moby::sshforward::v1::CheckAgentResponse>(
                   services, "/moby.sshforward.v1.SSH/CheckAgent", request)
            .second;
    }
    void connect(const std::string &id = "") {
        call.emplace(services, "/moby.sshforward.v1.SSH/ForwardAgent",
                     buildkit::Metadata{{"buildkit.ssh.id", id}});
    }
    void send(const std::string &bytes) {
        BytesMessage packet;
        packet.set_data(bytes);
        buildkit::write(call->stream(), packet);
    }
    std::string receive(std::size_t size) {
        std::string all;
        BytesMessage packet;
        while (all.size() < size && buildkit::read(call->stream(), packet))
            all += packet.data();
        return all;
    }

    test::TemporaryTree tree;
    buildkit::Services services;
    std::optional<test::SessionCall> call;
};

TEST_F(SshTest, KnowsTheAgentsThatAreForwarded) {
    add_ssh(services, {{"default", "/run/agent"}, {"other", "/run/other"}});
    EXPECT_TRUE(check("").ok());
    EXPECT_TRUE(check("other").ok());
    EXPECT_EQ(check("third").message, "unset ssh forward key third");
    connect("third");
    EXPECT_EQ(call->finish().message, "unset ssh forward key third");
}

TEST_F(SshTest, PassesRequestsInPiecesOfAnySize) {
    EchoAgent agent(tree / "agent");
    add_ssh(services, {{"default", tree / "agent"}});
    connect();
    auto list = message("\x0b"), sign = message("\x0d" + std::string(300, 's'));
    send(list.substr(0, 2));
    send(list.substr(2) + sign.substr(0, 5));
    send(sign.substr(5));
    EXPECT_EQ(receive(list.size() + sign.size()), list + sign);
    EXPECT_TRUE(call->finish().ok());
}

TEST_F(SshTest, OtherRequestsDoNotReachTheAgent) {
    EchoAgent agent(tree / "agent");
    add_ssh(services, {{"default", tree / "agent"}});
    connect();
    for (char type : {'\x11', '\x13', '\x16', '\x1b', '\x01'}) { // add, remove all, lock, extend …
        send(message(std::string(1, type) + "payload"));
        EXPECT_EQ(receive(5), std::string("\0\0\0\1\xff", 5));
    }
    EXPECT_TRUE(call->finish().ok());
}

TEST_F(SshTest, RefusesTooLongMessages) {
    EchoAgent agent(tree / "agent");
    add_ssh(services, {{"default", tree / "agent"}});
    connect();
    send(std::string("\xff\xff\xff\xff\x0b", 5));
    EXPECT_THAT(call->finish().message, HasSubstr("4294967295 bytes"));
}

TEST_F(SshTest, NamesADeadSocket) {
    tree.file("agent");
    add_ssh(services, {{"default", tree / "agent"}, {"long", std::string(200, 'x')}});
    connect();
    EXPECT_THAT(call->finish().message, HasSubstr((tree / "agent").string()));
    connect("long");
    EXPECT_THAT(call->finish().message, HasSubstr("too long"));
}

TEST_F(SshTest, EndsWhenTheConnectionBreaks) {
    EchoAgent agent(tree / "agent");
    add_ssh(services, {{"default", tree / "agent"}});
    connect();
    send(message("\x0b"));
    receive(5);
    call->fail({buildkit::StatusCode::unavailable, "broken", {}});
    EXPECT_EQ(call->finish().message, "broken");
}

class KeyAgentTest : public SshTest {
  protected:
    process::Cancellation cancellation;
    process::RealRunner runner{cancellation};

    void make_key(const std::string &name, const std::string &passphrase = "") {
        auto outcome = runner.run({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase,
                                            "-C", name, "-f", (tree / name).string()}});
        if (!outcome.ok())
            GTEST_SKIP() << "no OpenSSH client here";
    }
};

TEST_F(KeyAgentTest, HoldsTheKeysAndIsForwarded) {
    make_key("one");
    make_key("two");
    std::filesystem::permissions(tree / "two", std::filesystem::perms(0644));
    std::filesystem::path socket;
    {
        KeyAgent agent(runner, {tree / "one", tree / "two"});
        socket = agent.socket();
        add_ssh(services, {{"default", socket}});
        connect();
        send(message("\x0b"));
        auto answer = receive(9 + 2 * 62); // two keys of 62 bytes with their comments
        EXPECT_THAT(answer, HasSubstr("one"));
        EXPECT_THAT(answer, HasSubstr("two"));
        EXPECT_TRUE(call->finish().ok());
    }
    EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST_F(KeyAgentTest, NamesAnUnusableKey) {
    make_key("locked", "passphrase");
    tree.file("garbage", "no key");
    for (auto name : {"locked", "garbage", "missing"}) {
        try {
            KeyAgent agent(runner, {tree / name});
            FAIL() << "no error for " << name;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr((tree / name).string()));
        }
    }
}

} // namespace
} // namespace berth::session
