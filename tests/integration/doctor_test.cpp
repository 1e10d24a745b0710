// SPDX-License-Identifier: Apache-2.0
// `berth doctor` on the real engine, and on broken setups.
#include "berth/util/strings.hpp"

#include "support.hpp"

#include <sys/stat.h>

namespace berth::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class DoctorTest : public ::testing::Test {
  protected:
    World world;

    struct Answer {
        int code;
        json findings;

        // The first finding of `check` with that health, as "text -> fix".
        std::string find(const std::string &check, const std::string &health) const {
            for (const auto &finding : findings)
                if (finding.at("check") == check && finding.at("health") == health)
                    return finding.at("text").get<std::string>() + " -> " +
                           finding.value("fix", "");
            return "";
        }
    };
    Answer ask(Variables variables = {}, const std::string &warning = "") {
        variables.emplace("DOCKER_CONFIG", world.folder("config"));
        auto result = world.berth({"doctor", "--format", "json"}, variables);
        EXPECT_THAT(result.err, warning.empty() ? ::testing::Matcher<std::string>("")
                                                : ::testing::HasSubstr(warning));
        auto said = json::parse(result.out);
        EXPECT_EQ(said.at("healthy"), result.code == 0);
        return {result.code, said.at("findings")};
    }
    // A docker that answers only `version` and `info`.
    Variables fake_docker(const std::string &version, const std::string &info) {
        world.write("version.json", version);
        world.write("info.json", info);
        return {{"BERTH_DOCKER", world.write("fake-docker",
                                             "#!/bin/sh\ncase $1 in version|info) cat " +
                                                 shell_quote(world.path().string()) +
                                                 "/$1.json ;; *) exit 1 ;; esac\n",
                                             0755)}};
    }
};

TEST_F(DoctorTest, AWorkingSetupHasNoProblems) {
    auto name = world.builder("well");
    auto answer = ask();
    EXPECT_EQ(answer.code, 0) << answer.findings.dump(1);
    EXPECT_THAT(answer.find("docker", "ok"), HasSubstr(docker_program() + " "));
    EXPECT_THAT(answer.find("engine", "ok"), HasSubstr(" at "));
    EXPECT_THAT(answer.find("images", "ok"), HasSubstr("image store"));
    EXPECT_THAT(answer.find("cgroups", "ok"), HasSubstr("driver"));
    EXPECT_THAT(answer.find("builders", "ok"), HasSubstr(name + ": running, BuildKit v"));
    EXPECT_THAT(answer.find("store", "ok"), HasSubstr(world.folder("store")));
    // The checks are independent: one command each.
    auto variables = world.counting();
    variables.emplace("DOCKER_CONFIG", world.folder("config"));
    auto shown = world.berth({"doctor"}, variables);
    EXPECT_EQ(shown.code, 0);
    EXPECT_THAT(shown.out, HasSubstr("Nothing is broken"));
    EXPECT_THAT(
        world.docker_commands(),
        ::testing::UnorderedElementsAre("version --format", "info --format", "container inspect"));
}

TEST_F(DoctorTest, NoDockerAndNoEngine) {
    auto none = ask({{"BERTH_DOCKER", "/nonexistent/docker"}});
    EXPECT_EQ(none.code, 3);
    EXPECT_THAT(none.find("docker", "broken"),
                HasSubstr("/nonexistent/docker is not installed -> sudo apt"));
    auto unreachable =
        ask({{"DOCKER_HOST", "unix://" + world.folder("no.sock")}, {"DOCKER_CONTEXT", ""}});
    EXPECT_EQ(unreachable.code, 3);
    EXPECT_THAT(unreachable.find("engine", "broken"),
                ::testing::AllOf(HasSubstr("no.sock"), HasSubstr("-> start the engine")));
    EXPECT_NE(unreachable.find("docker", "ok"), "") << "the program itself is there";
    auto without_keys =
        ask({{"DOCKER_TLS_VERIFY", "1"}, {"DOCKER_CERT_PATH", world.folder("tls")}});
    EXPECT_THAT(
        without_keys.find("tls", "broken"),
        ::testing::AllOf(HasSubstr("ca.pem does not exist"), HasSubstr("DOCKER_CERT_PATH")));
}

TEST_F(DoctorTest, BrokenBuilders) {
    world.write("store/instances/torn", "{\"Name\": ");
    auto torn = ask();
    EXPECT_EQ(torn.code, 5);
    EXPECT_THAT(torn.find("builders", "broken"), HasSubstr("instances/torn"));
    EXPECT_EQ(world.berth({"rm", "--force", "torn"}).code, 0);

    auto gone = "unix://" + world.folder("gone.sock");
    world.write("store/instances/" + world.name("gone"),
                R"({"Name":")" + world.name("gone") +
                    R"(","Driver":"docker-container","Nodes":[{"Name":")" + world.name("gone") +
                    R"(0","Endpoint":")" + gone + R"("}]})");
    auto lost = ask();
    EXPECT_EQ(lost.code, 5);
    EXPECT_THAT(lost.find("builders", "broken"),
                HasSubstr("berth rm --keep-daemon " + world.name("gone")));
    EXPECT_EQ(world.berth({"rm", "--keep-daemon", world.name("gone")}).code, 0);

    EXPECT_THAT(ask({{"BUILDX_BUILDER", "nobody"}}).find("builders", "broken"),
                HasSubstr("names nobody, which does not exist -> unset BUILDX_BUILDER"));
    EXPECT_EQ(ask().code, 0);
}

TEST_F(DoctorTest, DockersConfiguration) {
    world.write("config/config.json", "{ torn");
    auto torn = ask({}, "WARNING: Error parsing config file");
    EXPECT_EQ(torn.code, 1);
    EXPECT_THAT(torn.find("credentials", "broken"), HasSubstr("is not a JSON object"));

    world.write("config/config.json",
                R"({"credsStore": "berth-none", "credHelpers": {"r.example": "berth-here"},
                    "proxies": {"default": {"httpProxy": "http://me:word@proxy.example:1"}}})");
    world.write("bin/docker-credential-berth-here", "#!/bin/sh\n", 0755);
    auto answer = ask({{"PATH", world.folder("bin") + ":" + std::getenv("PATH")}});
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.find("credentials", "broken"),
                HasSubstr("program docker-credential-berth-none is not installed -> install"));
    EXPECT_THAT(answer.find("credentials", "ok"), HasSubstr("docker-credential-berth-here"));
    EXPECT_THAT(answer.find("proxy", "warning"), HasSubstr("http_proxy"));
    EXPECT_THAT(answer.findings.dump(), Not(HasSubstr("word@"))) << "a password was shown";
}

TEST_F(DoctorTest, DirectoriesAndAgents) {
    ::chmod(world.folder("store").c_str(), 0777);
    auto open = ask({{"SSH_AUTH_SOCK", world.folder("no-agent")}});
    EXPECT_EQ(open.code, 0) << "warnings are not broken";
    EXPECT_THAT(open.find("store", "warning"), HasSubstr("-> chmod 700 "));
    EXPECT_THAT(open.find("ssh", "warning"), HasSubstr("-> eval \"$(ssh-agent)\""));
    EXPECT_THAT(ask({{"SSH_AUTH_SOCK", ""}}).find("ssh", "note"), HasSubstr("no agent"));
    EXPECT_THAT(ask({{"BUILDX_CONFIG", world.write("a-file", "")}}).find("store", "broken"),
                HasSubstr("is not a directory -> mv "));
}

TEST_F(DoctorTest, OtherKindsOfEngines) {
    const std::string version = R"({"Client": {"Version": "99.1"}, "Server": {"Version": "99.2"}})";
    auto answer = ask(fake_docker(version, R"({"ServerVersion": "99.2", "OSType": "linux",
        "Driver": "overlayfs", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]],
        "CgroupDriver": "none", "CgroupVersion": "2", "HttpProxy": "http://proxy.example",
        "RegistryConfig": {"Mirrors": ["https://mirror.example/"], "IndexConfigs":
        {"plain.example:5000": {"Secure": false}, "docker.io": {"Secure": true}}},
        "Warnings": ["WARNING: No swap limit support"]})"));
    EXPECT_EQ(answer.code, 0) << answer.findings.dump(1);
    EXPECT_THAT(answer.find("docker", "ok"), HasSubstr("99.1"));
    EXPECT_THAT(answer.find("images", "ok"), HasSubstr("containerd image store (overlayfs)"));
    EXPECT_THAT(answer.find("cgroups", "warning"), HasSubstr("driver none"));
    EXPECT_THAT(answer.find("engine", "note"), HasSubstr("No swap limit support"));
    EXPECT_THAT(answer.find("mirrors", "note"),
                HasSubstr("berth create --mirror docker.io=mirror.example "
                          "--insecure-registry plain.example:5000"));
    EXPECT_THAT(answer.find("proxy", "note"), HasSubstr("-> berth create --inherit-proxy"));

    auto windows = ask(fake_docker(version, R"({"ServerVersion": "99", "OSType": "windows"})"));
    EXPECT_EQ(windows.code, 3);
    EXPECT_THAT(windows.find("engine", "broken"), HasSubstr("BuildKit needs linux"));
    auto strange = ask(fake_docker("not JSON", "[1, 2"));
    EXPECT_EQ(strange.code, 3);
    EXPECT_NE(strange.find("engine", "broken"), "");
}

} // namespace
} // namespace berth::test
