// SPDX-License-Identifier: Apache-2.0
// Programs that call docker buildx, with berth in its place: each does what it does with docker
// buildx. dev/get-clients installs them.
#include "berth/util/environment.hpp"
#include "berth/util/file.hpp"

#include "support.hpp"

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
        return run(argv, world.variables(more));
    }
};

TEST_F(ClientsTest, DockersActionsReadTheSameFromBoth) {
    auto builder = world.builder("actions", {"--driver-opt", "env.COLOUR=blue"});
    nlohmann::json read[2];
    int at = 0;
    for (const std::string program : {"peer", "berth"}) {
        fs::create_directories(world.folder("out-" + program));
        auto answered = with(program,
                             {"node", BERTH_TEST_DATA "/clients/toolkit.mjs",
                              clients + "/node_modules/@docker/actions-toolkit", builder,
                              world.folder("app"), world.folder("out-" + program)},
                             {{"VERSIONS", "0.3.0 0.4.0 0.6.0 0.8.0 0.10.0 0.12.0 0.15.0"}});
        ASSERT_EQ(answered.code, 0) << program << answered.out << answered.err;
        read[at++] =
            nlohmann::json::parse(read_file(world.folder("out-" + program + "/read.json")));
    }
    EXPECT_EQ(read[0].dump(2), read[1].dump(2));
    EXPECT_EQ(read[1]["available"], true);
    EXPECT_EQ(read[1]["digest"], true);
    for (const auto &[version, satisfied] : read[1]["satisfies"].items())
        EXPECT_EQ(satisfied, true) << version;
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
