// SPDX-License-Identifier: Apache-2.0
// The flags of `create` that docker buildx lacks, and settings that must not reach a container.
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class CreateFlagsTest : public ::testing::Test {
  protected:
    World world;
    std::string name = world.name("flags"), container = "buildx_buildkit_" + name + "0";

    Result create(std::vector<std::string> options, const Variables &more = {}) {
        options.insert(options.begin(), {"create", "--name", name});
        return world.berth(options, more);
    }
    std::vector<std::string> environment() { return inspect(container)["Config"]["Env"]; }
};

TEST_F(CreateFlagsTest, RunArgumentsAndVariablesArriveUnchanged) {
    auto result = create({"--run-arg", "--hostname=bob", "--run-arg", "--label", "--run-arg",
                          "a=b c", "--env", "LIST=a,b \"c\"", "--env", "EMPTY=", "--bootstrap"});
    ASSERT_EQ(result.code, 0) << result.err;
    auto config = inspect(container)["Config"];
    EXPECT_EQ(config["Hostname"], "bob");
    EXPECT_EQ(config["Labels"]["a"], "b c");
    EXPECT_THAT(environment(), Contains("LIST=a,b \"c\""));
    EXPECT_THAT(environment(), Contains("EMPTY="));
    // docker buildx reads the record as if the run arguments were not there.
    EXPECT_THAT(world.peer({"inspect", name}).out, HasSubstr("Status:                running"));
}

TEST_F(CreateFlagsTest, TheConfigurationIsWritten) {
    auto config = world.write("own.toml", "debug = true\n[registry.\"docker.io\"]\n"
                                          "mirrors = [\"first.example\"]\n");
    auto result =
        create({"--buildkitd-config", config, "--insecure-registry", "reg.example:5000", "--mirror",
                "docker.io=mirror.example/proxy", "--max-cache", "2g", "--bootstrap"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(world.berth({"inspect", name}).out, HasSubstr("Max Used Space: 2GiB"));
    auto toml = docker({"exec", container, "cat", "/etc/buildkit/buildkitd.toml"}).out;
    for (const auto *line : {"debug = true", "reg.example:5000", "insecure = true", "http = true",
                             "first.example", "mirror.example/proxy"})
        EXPECT_THAT(toml, HasSubstr(line));
}

// The registry of the tests speaks plain HTTP.
TEST_F(CreateFlagsTest, AnInsecureRegistryWorksThroughAMirror) {
    world.write("app/Dockerfile", "FROM busybox\nRUN echo hi\n");
    std::vector<std::string> options = {"--insecure-registry", registry(), "--mirror",
                                        "docker.io=" + registry(), "--bootstrap"};
    auto all = config_options(); // for the network, not for the registry
    for (std::size_t i = 0; i + 1 < all.size(); i += 2)
        if (all[i] == "--driver-opt")
            options.insert(options.end(), {all[i], all[i + 1]});
    auto result = create(options);
    ASSERT_EQ(result.code, 0) << result.err;
    auto build = world.berth({"build", "--builder", name, world.folder("app")});
    EXPECT_EQ(build.code, 0) << build.err;
}

TEST_F(CreateFlagsTest, ACertificateIsTrustedByTheWholeBuilder) {
    auto key = world.folder("key.pem"), ca = world.folder("ca.pem");
    ASSERT_EQ(
        run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", ca,
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"})
            .code,
        0);
    world.write("served.txt", "from the server\n");
    world.write("app/Dockerfile",
                "FROM scratch\nADD https://localhost:21443/served.txt /served.txt\n");
    world.beside_the_builder("server",
                             {"sh", "-c",
                              "cd \"$1\" && sleep 600 | openssl s_server -accept 21443 -key "
                              "key.pem -cert ca.pem -WWW",
                              "sh", world.path().string()});
    auto result = create({"--ca", ca, "--driver-opt", "network=host", "--bootstrap"});
    EXPECT_EQ(result.code, 0) << result.err;
    auto build =
        world.berth({"build", "--builder", name, "-o", world.folder("out"), world.folder("app")});
    ASSERT_EQ(build.code, 0) << build.err;
    EXPECT_EQ(read_file(world.path() / "out" / "served.txt"), "from the server\n");
    // git and similar programs read the system's bundle.
    auto bundle = docker({"exec", container, "cat", "/etc/ssl/certs/ca-certificates.crt"}).out;
    EXPECT_TRUE(bundle.ends_with(read_file(ca)));
}

TEST_F(CreateFlagsTest, DockersProxiesAreInheritedOnlyOnRequest) {
    world.write("docker/config.json",
                R"({"proxies":{"default":{"httpProxy":"http://p:1","noProxy":"a,b"}}})");
    Variables with_proxies = {{"DOCKER_CONFIG", world.folder("docker")}};
    ASSERT_EQ(create({"--bootstrap"}, with_proxies).code, 0);
    for (const auto &variable : environment())
        EXPECT_THAT(lower(variable), Not(HasSubstr("proxy")));
    ASSERT_EQ(world.berth({"rm", name}).code, 0);

    ASSERT_EQ(create({"--inherit-proxy", "--bootstrap"}, with_proxies).code, 0);
    for (const auto *variable :
         {"HTTP_PROXY=http://p:1", "http_proxy=http://p:1", "NO_PROXY=a,b", "no_proxy=a,b"})
        EXPECT_THAT(environment(), Contains(variable));
    ASSERT_EQ(world.berth({"rm", name}).code, 0);

    world.write("docker/config.json",
                R"({"proxies":{"default":{"httpProxy":"http://me:secret@p:1"}}})");
    auto refused = create({"--inherit-proxy"}, with_proxies);
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("HTTP_PROXY contains a password"));
    EXPECT_THAT(refused.err, Not(HasSubstr("secret")));
}

TEST_F(CreateFlagsTest, BadValuesAreRefusedBeforeAnythingIsStored) {
    auto key = world.write("key.pem", "-----BEGIN PRIVATE KEY-----\n");
    struct Case {
        std::vector<std::string> options;
        const char *words;
    };
    for (const auto &[options, words] : {
             Case{{"--env", "NOVALUE"}, "\"NOVALUE\" of --env"},
             Case{{"--run-arg", "--name=x"}, "--run-arg --name=x"},
             Case{{"--ca", world.folder("none.pem")}, "no such file"},
             Case{{"--ca", key}, "contains a private key"},
             Case{{"--insecure-registry", "https://r"}, "\"https://r\" of --insecure-registry"},
             Case{{"--mirror", "docker.io"}, "\"docker.io\" of --mirror"},
             Case{{"--max-cache", "lots"}, "\"lots\" of --max-cache"},
         }) {
        auto result = create(options);
        EXPECT_EQ(result.code, 2) << words;
        EXPECT_THAT(result.err, HasSubstr(words));
        EXPECT_EQ(world.berth({"inspect", name}).code, 4) << words;
    }
}

} // namespace
} // namespace berth::test
