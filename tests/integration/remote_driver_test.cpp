// SPDX-License-Identifier: Apache-2.0
// The driver remote: a buildkitd that berth did not start, by TCP with TLS, by its socket and in
// its container; compared with docker buildx, which shares the records.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace berth::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char *address = "tcp://127.0.0.1:21513";

class RemoteDriverTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = std::make_unique<World>();
        container = world->name("buildkitd");
        world->write("app/Dockerfile", "FROM busybox\nCOPY file /\nRUN cp /file /copy\n"
                                       "FROM scratch\nCOPY --from=0 /copy /\n");
        world->write("app/file", "remote");
        std::filesystem::create_directories(world->path() / "socket");
        make_certificates();
        std::vector<std::string> words = {"run",
                                          "--detach",
                                          "--name",
                                          container,
                                          "--privileged",
                                          "--network",
                                          "host",
                                          "--volume",
                                          world->folder("tls") + ":/tls:ro",
                                          "--volume",
                                          world->folder("socket") + ":/socket"};
        const char *config = std::getenv("BERTH_TEST_BUILDKITD_CONFIG");
        if (config != nullptr && *config != '\0')
            words.insert(words.end(),
                         {"--volume", std::string(config) + ":/etc/buildkit/buildkitd.toml:ro"});
        words.insert(words.end(),
                     {"moby/buildkit:buildx-stable-1", "--addr", address, "--addr",
                      "unix:///socket/buildkitd.sock", "--addr",
                      "unix:///run/buildkit/buildkitd.sock", "--tlscacert", "/tls/ca.pem",
                      "--tlscert", "/tls/server.pem", "--tlskey", "/tls/server.key"});
        auto started = docker(words);
        ASSERT_EQ(started.code, 0) << started.err;
        for (int i = 0; i < 100; ++i) {
            if (docker({"exec", container, "buildctl", "debug", "workers"}).code == 0)
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        FAIL() << docker({"logs", container}).err;
    }
    static void TearDownTestSuite() {
        docker({"rm", "--force", "--volumes", container});
        world.reset();
    }

    static void make_certificates() {
        world->write("tls/make",
                     "set -e\ncd \"$(dirname \"$0\")\"\n"
                     "request() { openssl req -newkey rsa:2048 -nodes -keyout $1.key \"$@\"; }\n"
                     "for ca in ca other; do openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
                     "-subj /CN=$ca -keyout $ca.key -out $ca.pem; done\n"
                     "echo subjectAltName=DNS:buildkit.test,IP:127.0.0.1 >names\n"
                     "for name in server client; do\n"
                     "openssl req -newkey rsa:2048 -nodes -subj /CN=$name -keyout $name.key -out "
                     "$name.csr\n"
                     "openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial "
                     "-days 2 -extfile names -out $name.pem\ndone\n");
        auto made = run({"bash", world->folder("tls/make")});
        ASSERT_EQ(made.code, 0) << made.err;
    }
    static std::string tls_options(const std::string &ca = "ca.pem") {
        return "cacert=" + world->folder("tls/" + ca) + ",cert=" + world->folder("tls/client.pem") +
               ",key=" + world->folder("tls/client.key");
    }
    // Made by berth or by docker buildx.
    static std::string create(const std::string &base, const std::string &endpoint,
                              const std::string &options, bool by_peer = false) {
        auto name = world->name(base);
        std::vector<std::string> words = {"create", "--name", name, "--driver", "remote"};
        if (!options.empty())
            words.insert(words.end(), {"--driver-opt", options});
        words.push_back(endpoint);
        auto created = by_peer ? world->peer(words) : world->berth(words);
        EXPECT_EQ(created.code, 0) << created.err;
        return name;
    }
    static std::string record(const std::string &name) {
        return replace_all(read_file(world->path() / "store" / "instances" / name), name, "NAME");
    }
    static void expect_works(const std::string &name) {
        auto built =
            world->berth({"build", "--builder", name, "--progress", "plain", "--output",
                          "type=local,dest=" + world->folder("out-" + name), world->folder("app")});
        EXPECT_EQ(built.code, 0) << built.err;
        EXPECT_THAT(built.err, HasSubstr("instance using remote driver"));
        EXPECT_EQ(read_file(world->path() / ("out-" + name) / "copy"), "remote");
        EXPECT_THAT(world->berth({"ls", "--format", "{{.Name}} {{.Status}}"}).out,
                    HasSubstr(name + "0 running"));
        auto shown = world->berth({"inspect", "--bootstrap", name});
        EXPECT_EQ(shown.code, 0) << shown.err;
        EXPECT_THAT(shown.out, AllOf(HasSubstr("running"), HasSubstr("linux/amd64")));
        EXPECT_THAT(world->berth({"du", "--builder", name}).out, HasSubstr("Reclaimable"));
        EXPECT_THAT(world->berth({"--builder", name, "history", "ls"}).out, HasSubstr("app"));
    }

    static std::unique_ptr<World> world;
    static std::string container;
};

std::unique_ptr<World> RemoteDriverTest::world;
std::string RemoteDriverTest::container;

TEST_F(RemoteDriverTest, StoresWhatDockerBuildxStores) {
    auto ours = create("ours", address, tls_options() + ",servername=buildkit.test");
    auto theirs = create("theirs", address, tls_options() + ",servername=buildkit.test", true);
    EXPECT_EQ(record(ours), record(theirs));
    expect_works(theirs);
}

TEST_F(RemoteDriverTest, BuildsByTcpWithTls) {
    auto name = create("tls", address, tls_options());
    expect_works(name);
    auto pruned = world->berth({"prune", "--builder", name, "--all", "--force"});
    EXPECT_EQ(pruned.code, 0) << pruned.err;
    EXPECT_THAT(pruned.out, HasSubstr("Total:"));
    EXPECT_EQ(world->berth({"stop", name}).code, 0);
    EXPECT_EQ(world->berth({"rm", name}).code, 0);
    EXPECT_EQ(inspect(container)["State"]["Running"], true); // private
    EXPECT_EQ(world->berth({"inspect", name}).code, 4);
}

TEST_F(RemoteDriverTest, KeysStayOnTheClient) {
    auto name = create("keys", address, tls_options());
    world->berth({"du", "--builder", name}, world->counting());
    for (const auto &line : world->docker_commands())
        EXPECT_THAT(line, Not(HasSubstr("client.key")));
}

TEST_F(RemoteDriverTest, BuildsBySocketAndInAContainer) {
    expect_works(create("socket", "unix://" + world->folder("socket") + "/buildkitd.sock", ""));
    expect_works(create("container", "docker-container://" + container, ""));
}

TEST_F(RemoteDriverTest, UsesBuildctlsAddressVariable) {
    auto name = world->name("variable");
    auto created = world->berth({"create", "--name", name},
                                {{"BUILDKIT_HOST", "docker-container://" + container}});
    EXPECT_EQ(created.code, 0) << created.err;
    EXPECT_THAT(record(name), HasSubstr("\"Driver\":\"remote\""));
}

TEST_F(RemoteDriverTest, ReportsErrors) {
    auto refused = [](std::vector<std::string> words) {
        words.insert(words.begin(), {"create", "--driver", "remote"});
        auto ours = world->berth(words), theirs = world->peer(words);
        EXPECT_EQ(ours.code, 2) << join(words, " ");
        EXPECT_EQ(theirs.code, 1) << join(words, " ");
        EXPECT_THAT(ours.err, HasSubstr("ERROR: "));
        return ours.err;
    };
    EXPECT_THAT(refused({}), HasSubstr("no remote endpoint provided"));
    EXPECT_THAT(refused({"http://h"}), HasSubstr("unrecognized url scheme http"));
    EXPECT_THAT(refused({"--driver-opt", "cacert=ca.pem", address}),
                HasSubstr("non-absolute path"));
    EXPECT_THAT(refused({"--driver-opt", "cert=/c", address}),
                HasSubstr("missing keys cacert, key"));
    EXPECT_THAT(refused({"--driver-opt", "image=x", address}),
                HasSubstr("invalid driver option image for remote driver"));
    EXPECT_THAT(refused({"--buildkitd-flags", "--debug", address}), HasSubstr("not supported"));
    auto untrusted = create("untrusted", address, tls_options("other.pem"));
    auto built = world->berth({"build", "--builder", untrusted, world->folder("app")});
    EXPECT_EQ(built.code, 5);
    EXPECT_THAT(built.err, HasSubstr("the server's certificate is not accepted"));
    auto misnamed = create("misnamed", address, tls_options() + ",servername=example.com");
    EXPECT_THAT(world->berth({"du", "--builder", misnamed}).err, HasSubstr("ostname mismatch"));
    auto nobody = create("nobody", "tcp://127.0.0.1:9", "");
    EXPECT_THAT(world->berth({"du", "--builder", nobody}).err, HasSubstr("refused"));
    EXPECT_EQ(
        world->berth({"inspect", "--format", "{{range .Nodes}}{{.Status}}{{end}}", nobody}).out,
        "inactive\n");
    EXPECT_EQ(world->berth({"rm", nobody}).code, 0);
}

TEST_F(RemoteDriverTest, SaysThatOpenSslCannotBeLoaded) {
    auto name = create("library", address, tls_options());
    world->write("libraries/libssl.so.3", "");
    auto failed =
        world->berth({"du", "--builder", name}, {{"LD_LIBRARY_PATH", world->folder("libraries")}});
    EXPECT_EQ(failed.code, 5);
    EXPECT_THAT(failed.err, AllOf(HasSubstr("ERROR: cannot load OpenSSL, which TLS needs: "),
                                  HasSubstr("libssl.so.3"), HasSubstr("install OpenSSL 3")));
}

} // namespace
} // namespace berth::test
