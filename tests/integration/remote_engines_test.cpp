// SPDX-License-Identifier: Apache-2.0
// Remote engines, on loopback: behind ssh (a real sshd) and behind TLS; by DOCKER_HOST, by docker
// contexts and as endpoints of builders.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

int free_port() {
    auto socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr *>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &size), 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

bool answers(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 200; ++i) {
        auto socket = ::socket(AF_INET, SOCK_STREAM, 0);
        bool ok = ::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
        ::close(socket);
        if (ok)
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

// The address of the tests' engine.
std::string engine_host() {
    const char *host = std::getenv("DOCKER_HOST");
    return host == nullptr || *host == '\0' ? "unix:///var/run/docker.sock" : host;
}

class RemoteTest : public ::testing::Test {
  protected:
    void run_ok(const std::string &script) {
        auto result = run({"bash", "-euo", "pipefail", "-c",
                           "cd " + shell_quote(world.path().string()) + "\n" + script});
        ASSERT_EQ(result.code, 0) << script << result.out << result.err;
    }
    // Its output is discarded, so the test does not wait for its end.
    void spawn(const std::string &command) {
        run_ok(command + " </dev/null >daemon.log 2>&1 & echo $! >daemon.pid");
        pid_ = std::stoi(read_file(world.path() / "daemon.pid"));
    }
    void TearDown() override {
        if (pid_ > 0)
            run({"kill", std::to_string(pid_)});
    }

    // Create, start, build, load, run and remove on that engine.
    void expect_works(const std::string &base, const Variables &variables,
                      const std::string &endpoint = {}) {
        auto name = world.name(base), image = world.image(base);
        world.write("app/Dockerfile", "FROM busybox\nCOPY file /\nRUN cp /file /copy\n");
        world.write("app/file", base);
        std::vector<std::string> create = {"create", "--name", name, "--bootstrap"};
        for (const auto &option : config_options())
            create.push_back(option);
        if (!endpoint.empty())
            create.push_back(endpoint);
        auto created = world.berth(create, variables);
        ASSERT_EQ(created.code, 0) << created.err;
        // --load is for the engine in use.
        auto output = endpoint.empty() ? "type=docker" : "type=docker,context=" + endpoint;
        auto built = world.berth(
            {"--builder", name, "build", "-o", output, "-t", image, world.folder("app")},
            variables);
        ASSERT_EQ(built.code, 0) << built.err;
        EXPECT_EQ(docker({"run", "--rm", image, "cat", "/copy"}).out, base);
        auto listed = world.berth({"ls", "--format", "{{.Name}} {{.Status}}"}, variables);
        EXPECT_THAT(listed.out, HasSubstr(name + "0 running")) << listed.err;
        EXPECT_EQ(world.berth({"rm", name}, variables).code, 0);
        EXPECT_EQ(inspect("buildx_buildkit_" + name + "0"), nullptr);
    }

    World world;
    int pid_ = 0;
};

class SshTest : public RemoteTest {
  protected:
    void SetUp() override {
        port_ = free_port();
        run_ok("ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user\n"
               "[ $EUID != 0 ] || mkdir -p /run/sshd");
        auto here = world.path().string();
        // Not the user's home, whose ~/.bashrc bash reads for each command.
        world.write("sshd_config", "Port " + std::to_string(port_) +
                                       "\nListenAddress 127.0.0.1\nHostKey " + here +
                                       "/host\nAuthorizedKeysFile " + here +
                                       "/user.pub\nStrictModes no\nUsePAM no\nPidFile none\n"
                                       "PermitRootLogin prohibit-password\nMaxStartups 100\n"
                                       "SetEnv DOCKER_HOST=" +
                                       engine_host() + " HOME=" + here + "\n");
        spawn("PATH=$PATH:/usr/sbin; exec \"$(command -v sshd)\" -D -e -f sshd_config");
        ASSERT_TRUE(answers(port_)) << read_file(world.path() / "daemon.log");
        write_client_config("");
        // Configures the host for ssh, without touching the configuration of the user who runs the
        // test.
        world.write("bin/ssh", "#!/bin/sh\nexec /usr/bin/ssh -F " + here + "/ssh_config \"$@\"\n",
                    0755);
        variables = {{"PATH", here + "/bin:" + std::getenv("PATH")},
                     {"XDG_RUNTIME_DIR", here},
                     {"DOCKER_CONFIG", here + "/docker"},
                     {"DOCKER_CONTEXT", ""},
                     {"DOCKER_HOST", "ssh://berth-engine"}};
    }
    void TearDown() override {
        for (const auto &socket : sockets())
            run({"ssh", "-O", "exit", "-o", "ControlPath=" + socket, "berth-engine"});
        RemoteTest::TearDown();
    }
    void write_client_config(const std::string &more) {
        auto here = world.path().string();
        world.write("ssh_config", "Host berth-engine\nHostName 127.0.0.1\nPort " +
                                      std::to_string(port_) + "\nIdentityFile " + here +
                                      "/user\nIdentitiesOnly yes\nUserKnownHostsFile " + here +
                                      "/known\nStrictHostKeyChecking accept-new\n" + more);
    }
    std::vector<std::string> sockets() const {
        std::vector<std::string> found;
        std::error_code none;
        for (const auto &entry : fs::directory_iterator(world.path() / "berth-ssh", none))
            if (entry.is_socket())
                found.push_back(entry.path().string());
        return found;
    }
    std::size_t connections() const {
        return count(read_file(world.path() / "daemon.log"), "Accepted publickey");
    }

    int port_ = 0;
    Variables variables;
};

TEST_F(SshTest, OneConnectionForAllCommands) {
    expect_works("ssh", variables);
    EXPECT_EQ(connections(), 1u) << read_file(world.path() / "daemon.log");
    EXPECT_EQ(sockets().size(), 1u);
    auto status = fs::status(world.path() / "berth-ssh");
    EXPECT_EQ(status.permissions(), fs::perms::owner_all);
    // What is printed is docker's command, and works without the shared connection.
    auto name = world.name("dry");
    EXPECT_EQ(world.berth({"create", "--name", name}, variables).code, 0);
    auto dry = world.berth({"--dry-run", "rm", name}, variables);
    EXPECT_THAT(dry.out, HasSubstr("docker container rm")) << dry.err;
    EXPECT_EQ(count(dry.out, "PATH"), 0u);
}

TEST_F(SshTest, ContextsOfDocker) {
    auto with_context = variables;
    with_context["DOCKER_HOST"] = "";
    auto in_context = [&](const std::string &name) {
        auto result = with_context;
        result["DOCKER_CONTEXT"] = name;
        return result;
    };
    EXPECT_EQ(
        run({docker_program(), "context", "create", "far", "--docker", "host=ssh://berth-engine"},
            with_context)
            .code,
        0);
    expect_works("context", in_context("far"));
    // The context that is in use, and a builder whose endpoint is a context that is not.
    expect_works("endpoint", with_context, "far");
    EXPECT_EQ(run({docker_program(), "context", "use", "far"}, with_context).code, 0);
    expect_works("used", with_context);
    EXPECT_EQ(connections(), 1u);
    auto doctor = world.berth({"doctor"}, with_context);
    EXPECT_THAT(doctor.out, HasSubstr("ssh://berth-engine (docker context far)"));
}

TEST_F(SshTest, KeepsTheUsersSetting) {
    write_client_config("ControlPath " + world.folder("own-%C") + "\n");
    EXPECT_EQ(world.berth({"ls"}, variables).code, 0);
    EXPECT_EQ(world.berth({"ls"}, variables).code, 0);
    EXPECT_GT(connections(), 1u);
    EXPECT_EQ(sockets().size(), 0u);
}

TEST_F(SshTest, UnreachableEngines) {
    auto elsewhere = variables;
    elsewhere["DOCKER_HOST"] = "ssh://berth-nowhere.invalid";
    auto name = world.builder("unreached", {}, false);
    auto result = world.berth({"inspect", "--bootstrap", name}, variables);
    EXPECT_EQ(result.code, 0) << result.err;
    auto doctor = world.berth({"doctor"}, elsewhere);
    EXPECT_EQ(doctor.code, 3);
    EXPECT_THAT(doctor.out, HasSubstr("berth-nowhere.invalid"));
}

class TlsTest : public RemoteTest {
  protected:
    void SetUp() override {
        port_ = free_port();
        // The engine's certificate is for its address; both sides ask for the other's.
        run_ok(R"(mkdir keys other; cd keys
            new() { openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" \
                2>/dev/null; }
            sign() { printf '%s\n' "$2" >"$1.ext"
                openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
                    -extfile "$1.ext" -out "$1.crt" 2>/dev/null; }
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=berth-ca -keyout ca.key \
                -out ca.pem 2>/dev/null
            new server; sign server subjectAltName=IP:127.0.0.1,DNS:localhost
            new client; sign client extendedKeyUsage=clientAuth
            cp client.crt cert.pem; cp client.key key.pem; cat server.crt server.key >server.pem
            chmod 600 *)");
        auto target = engine_host();
        ASSERT_TRUE(target.starts_with("unix://")) << "the TLS proxy wants a socket";
        spawn("exec socat -t 600 OPENSSL-LISTEN:" + std::to_string(port_) +
              ",bind=127.0.0.1,reuseaddr,fork,cert=keys/server.pem,cafile=keys/ca.pem,verify=1 "
              "UNIX-CONNECT:" +
              target.substr(7));
        ASSERT_TRUE(answers(port_));
        host_ = "tcp://127.0.0.1:" + std::to_string(port_);
        variables = {{"DOCKER_CONFIG", world.folder("docker")},
                     {"DOCKER_CONTEXT", ""},
                     {"DOCKER_HOST", host_},
                     {"DOCKER_TLS_VERIFY", "1"},
                     {"DOCKER_CERT_PATH", world.folder("keys")}};
    }
    int port_ = 0;
    std::string host_;
    Variables variables;
};

TEST_F(TlsTest, ByVariablesAndByContext) {
    expect_works("tls", variables);
    auto doctor = world.berth({"doctor"}, variables);
    EXPECT_EQ(doctor.code, 0) << doctor.out;
    EXPECT_THAT(doctor.out, HasSubstr("certificates and key in " + world.folder("keys")));

    auto with_context = variables;
    for (const auto *name : {"DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"})
        with_context[name] = "";
    auto keys = world.folder("keys");
    auto made = run({docker_program(), "context", "create", "locked", "--docker",
                     "host=" + host_ + ",ca=" + keys + "/ca.pem,cert=" + keys +
                         "/cert.pem,key=" + keys + "/key.pem"},
                    with_context);
    EXPECT_EQ(made.code, 0) << made.err;
    expect_works("tlscontext", with_context, "locked");
}

TEST_F(TlsTest, ReportsWrongKeys) {
    auto wrong = variables;
    wrong["DOCKER_CERT_PATH"] = world.folder("other");
    auto result = world.berth({"doctor"}, wrong);
    EXPECT_EQ(result.code, 3);
    EXPECT_THAT(result.out, HasSubstr("ca.pem does not exist"));
    auto refused = world.berth({"create", "--bootstrap", "--name", world.name("refused")}, wrong);
    EXPECT_EQ(refused.code, 3) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("ERROR: "));
}

} // namespace
} // namespace berth::test
