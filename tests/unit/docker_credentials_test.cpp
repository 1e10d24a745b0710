// SPDX-License-Identifier: Apache-2.0
// Credentials from docker's config.json.
#include "berth/process/recording.hpp"
#include "berth/session/docker_credentials.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>

namespace berth::session {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DockerCredentialsTest : public ::testing::Test {
  protected:
    DockerCredentialsTest() {
        runner.answer = [this](const process::Command &command, const std::string &input) {
            asked.push_back(command.argv.front() + " " + command.argv.back() + " " + input);
            return answer;
        };
    }
    CredentialLookup read(const std::string &config, const std::string &variable = "") {
        tree.file("config.json", config);
        return docker_credentials(runner, tree.path(),
                                  Environment({{"DOCKER_AUTH_CONFIG", variable}}));
    }
    test::TemporaryTree tree;
    process::RecordingRunner runner;
    process::Outcome answer{.out = R"({"Username":"u","Secret":"s"})"};
    std::vector<std::string> asked;
};

TEST_F(DockerCredentialsTest, TheHelperOfTheRegistryComesBeforeTheStoreAndTheFile) {
    auto find = read(R"({"credHelpers":{"a":"one"},"credsStore":"two","auths":{"a":{},"c":{}}})");
    EXPECT_EQ(find("a"), (Credential{.username = "u", .password = "s"}));
    find("c");
    find("registry-1.docker.io");
    EXPECT_THAT(asked, ElementsAre("docker-credential-one get a", "docker-credential-two get c",
                                   "docker-credential-two get https://index.docker.io/v1/"));
}

TEST_F(DockerCredentialsTest, AFailingHelperIsAnErrorButNotOneWithoutTheRegistry) {
    auto find = read(R"({"credsStore":"two"})");
    answer = {.code = 1, .out = "credentials not found in native keychain\n"};
    EXPECT_EQ(find("a"), Credential{});
    for (const auto &bad : {process::Outcome{.code = 1, .out = "locked"},
                            process::Outcome{.out = "gibberish"}, process::Outcome{.out = "[]"}}) {
        answer = bad;
        try {
            find("a");
            ADD_FAILURE() << bad.out;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr("docker-credential-two"));
        }
    }
}

TEST_F(DockerCredentialsTest, TheFileHasPasswordsAndTokens) {
    auto find =
        read(R"({"auths":{"https://index.docker.io/v1/":{"auth":")" + base64_encode("hub:p:w") +
             R"("},"nul":{"auth":")" + base64_encode(std::string("u:p\0\0", 5)) +
             R"("},"t":{"identitytoken":"tok"},"bad":{"auth":"%%"},"odd":3,"e":{},"n":{"auth":")" +
             base64_encode("no colon") + R"("}}})");
    EXPECT_EQ(find("registry-1.docker.io"), (Credential{.username = "hub", .password = "p:w"}));
    EXPECT_EQ(find("nul"), (Credential{.username = "u", .password = "p"}));
    EXPECT_EQ(find("t"), Credential{.identity_token = "tok"});
    for (const auto *host : {"bad", "odd", "e", "n", "elsewhere", ""})
        EXPECT_EQ(find(host), Credential{}) << host;
    EXPECT_THAT(asked, ElementsAre());
}

TEST_F(DockerCredentialsTest, AnEmptyOrBrokenFileHasNone) {
    for (const auto *text : {"", "[", "{}", R"({"auths":{}})", R"({"auths":7,"credsStore":[]})",
                             R"({"credHelpers":{"a":7}})"})
        EXPECT_EQ(read(text)("a"), Credential{}) << text;
    tree.folder("dir/config.json");
    EXPECT_EQ(docker_credentials(runner, tree / "dir", {})("a"), Credential{});
    EXPECT_EQ(docker_credentials(runner, {}, {})("a"), Credential{});
}

TEST_F(DockerCredentialsTest, TheVariableComesBeforeHelpersAndTheFile) {
    auto find = read(R"({"credHelpers":{"a":"one"},"auths":{"c":{"auth":")" +
                         base64_encode("file:f") + R"("}}})",
                     R"({"auths":{"a":{"auth":")" + base64_encode("u:p:w") +
                         R"("},"https://index.docker.io/v1/":{"auth":")" + base64_encode("hub:h") +
                         R"("}}})");
    EXPECT_EQ(find("a"), (Credential{.username = "u", .password = "p:w"}));
    EXPECT_EQ(find("c"), (Credential{.username = "file", .password = "f"}));
    for (const auto *host : {"registry-1.docker.io", "dhi.io"})
        EXPECT_EQ(find(host), (Credential{.username = "hub", .password = "h"})) << host;
    EXPECT_EQ(find("A"), Credential{});
    EXPECT_THAT(asked, ElementsAre());
}

} // namespace
} // namespace berth::session
