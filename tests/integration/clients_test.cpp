// SPDX-License-Identifier: Apache-2.0
// Programs that call docker buildx, with berth in its place: each must behave as with docker
// buildx. dev/get-clients installs them.
#include "berth/util/environment.hpp"
#include "berth/util/file.hpp"

#include "background.hpp"
#include "support.hpp"
#include "test_image.hpp"

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ClientsTest : public ::testing::Test {
  protected:
    World world;
    std::string clients = Environment::of_process().get("BERTH_CLIENTS");

    void SetUp() override {
        ASSERT_NE(clients, "") << "set BERTH_CLIENTS to what dev/get-clients prints";
        world.write("app/Dockerfile", "FROM busybox\nARG NAME=none\nCOPY file /file\n"
                                      "RUN echo $NAME >/name\n");
        world.write("app/file", "content\n");
        fs::create_directories(world.folder("temporary"));
        install("berth", BERTH_PROGRAM);
        install("peer", Environment::of_process().get("BERTH_PEER"));
    }

    // A configuration of docker's in which `docker buildx` is that program.
    void install(const std::string &name, const std::string &program) const {
        auto plugins = fs::path(world.folder(name)) / "cli-plugins";
        fs::create_directories(plugins);
        fs::create_symlink(program, plugins / "docker-buildx");
    }
    Result with(const std::string &name, const std::vector<std::string> &argv,
                Variables more = {}) const {
        more["DOCKER_CONFIG"] = world.folder(name);
        more["TMPDIR"] = world.folder("temporary"); // clients leave files there
        return run(argv, world.variables(more));
    }

    // What a script of tests/clients read with docker buildx, and with berth.
    std::vector<nlohmann::json> read_by_both(const std::string &script,
                                             const std::vector<std::string> &arguments,
                                             const std::vector<std::string> &more = {}) const {
        std::vector<nlohmann::json> read;
        for (const std::string program : {"peer", "berth"}) {
            auto directory = world.folder("out-" + program);
            fs::create_directories(directory);
            std::vector<std::string> argv = {"node", BERTH_TEST_DATA "/clients/" + script,
                                             clients + "/node_modules/@docker/actions-toolkit"};
            argv.insert(argv.end(), arguments.begin(), arguments.end());
            argv.push_back(directory);
            argv.insert(argv.end(), more.begin(), more.end());
            auto answered =
                with(program, argv,
                     {{"VERSIONS", "0.3.0 0.4.0 0.6.0 0.8.0 0.10.0 0.12.0 0.15.0 0.23.0 0.31.0"},
                      {"GITHUB_REPOSITORY", "owner/repository"}});
            EXPECT_EQ(answered.code, 0) << program << answered.out << answered.err;
            read.push_back(answered.code == 0
                               ? nlohmann::json::parse(read_file(directory + "/read.json"))
                               : nullptr);
        }
        return read;
    }
};

TEST_F(ClientsTest, DockersActionsReadTheSameFromBoth) {
    auto builder = world.builder("actions", {"--driver-opt", "env.COLOUR=blue"});
    auto read = read_by_both("toolkit.mjs", {builder, world.folder("app")});
    EXPECT_EQ(read[0].dump(2), read[1].dump(2));
    EXPECT_EQ(read[1]["available"], true);
    EXPECT_EQ(read[1]["digest"], true);
    for (const auto &[version, satisfied] : read[1]["satisfies"].items())
        EXPECT_EQ(satisfied, true) << version;
}

TEST_F(ClientsTest, DockersActionsBakeReadRecordsAndImagesWithBoth) {
    auto builder = world.builder("actions-images");
    // Both find the base image in the builder: a record counts it as cached then.
    ASSERT_EQ(world.berth({"build", "--builder", builder, world.folder("app")}).code, 0);
    Background registry(
        {"docker-registry", "serve",
         world.write("registry.yml",
                     "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: "
                     "{filesystem: {rootdirectory: " +
                         world.folder("registry") + "}}\nhttp: {addr: '127.0.0.1:21530'}\n")});
    TestLayout layout(world.folder("layout"));
    auto manifest = layout.add_image("amd64");
    layout.add_index("full", {manifest, layout.add_attestation(manifest)});
    const std::string image = "127.0.0.1:21530/actions:one";
    Result pushed;
    pushed.code = 1;
    for (int i = 0; i < 100 && pushed.code != 0; ++i)
        pushed = world.peer(
            {"imagetools", "create", "--prefer-index=false", "-t", image, layout.name("full")});
    ASSERT_EQ(pushed.code, 0) << pushed.err;
    world.write("app/docker-bake.hcl", R"(variable "WHO" { default = "nobody" }
group "all" { targets = ["one", "two"] }
target "one" {
  args = { NAME = WHO }
  output = ["type=docker"]
}
target "two" {
  inherits = ["one"]
  contexts = { first = "target:one" }
  attest = ["type=provenance,mode=min"]
  cache-from = ["type=registry,ref=example.com/cache", "example.com/other"]
  secret = ["type=env,id=token,env=GITHUB_REPOSITORY"]
}
)");
    auto read = read_by_both("toolkit_images.mjs", {builder, world.folder("app")}, {image});
    EXPECT_EQ(read[0].dump(2), read[1].dump(2));
    EXPECT_EQ(read[1]["definition"]["target"].size(), 2u);
    EXPECT_EQ(read[1]["refs"].size(), 2u);
    EXPECT_EQ(read[1]["attestations"].size(), 1u);
    EXPECT_EQ(read[1]["missing"], true);
}

TEST_F(ClientsTest, DockerComposeBuildsWithBoth) {
    auto image = world.image("composed");
    auto builder = world.builder("compose");
    world.write("app/compose.yaml", "services:\n  one:\n    image: " + image +
                                        "\n    build:\n      context: .\n"
                                        "      args:\n        NAME: composed\n");
    for (const std::string mode : {"", "true", "false"})
        for (const std::string program : {"peer", "berth"}) {
            docker({"image", "rm", "--force", image});
            Variables variables;
            if (!mode.empty())
                variables["COMPOSE_BAKE"] = mode;
            auto built = with(program,
                              {clients + "/docker-compose", "--project-directory",
                               world.folder("app"), "build", "--builder", builder},
                              variables);
            ASSERT_EQ(built.code, 0) << program << mode << built.out << built.err;
            EXPECT_EQ(docker({"run", "--rm", image, "cat", "/name"}).out, "composed\n") << program;
        }
}

TEST_F(ClientsTest, DevContainersBuildWithBoth) {
    auto image = world.image("devcontainer");
    auto builder = world.builder("dev", {"--use"});
    world.write("app/.devcontainer/devcontainer.json",
                R"({"build": {"dockerfile": "../Dockerfile", "context": "..",
                    "args": {"NAME": "developer"}}})");
    for (const std::string program : {"peer", "berth"}) {
        docker({"image", "rm", "--force", image});
        auto built = with(program, {clients + "/node_modules/.bin/devcontainer", "build",
                                    "--docker-path", docker_program(), "--workspace-folder",
                                    world.folder("app"), "--image-name", image});
        ASSERT_EQ(built.code, 0) << program << built.out << built.err;
        EXPECT_THAT(built.out, HasSubstr("\"outcome\":\"success\""));
        EXPECT_EQ(docker({"run", "--rm", image, "cat", "/name"}).out, "developer\n") << program;
    }
}

} // namespace
} // namespace berth::test
