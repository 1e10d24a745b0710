// Whose credentials docker's config.json has, and what --secret and --ssh mean.
#include "berth/build/credentials.hpp"
#include "berth/build/secrets.hpp"
#include "berth/process/recording.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::build {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CredentialsTest : public ::testing::Test {
  protected:
    CredentialsTest() {
        runner.answer = [this](const process::Command &command, const std::string &input) {
            asked.push_back(command.argv.front() + " " + command.argv.back() + " " + input);
            return answer;
        };
    }
    Credentials read(const std::string &config) {
        write("config.json", config);
        return {runner, folder.path()};
    }
    std::string write(const std::string &name, const std::string &content) {
        auto path = std::filesystem::path(folder.path()) / name;
        write_file_atomically(path, content);
        return path.string();
    }
    test::TemporaryDirectory folder;
    process::RecordingRunner runner;
    process::Outcome answer{.out = R"({"Username":"u","Secret":"s"})"};
    std::vector<std::string> asked;
};

TEST_F(CredentialsTest, TheHelperOfTheRegistryComesBeforeTheStoreAndTheFile) {
    auto config = read(R"({"credHelpers":{"a":"one"},"credsStore":"two","auths":{"c":{}}})");
    EXPECT_TRUE(config.any());
    EXPECT_EQ(config.find("a"), R"({"Secret":"s","ServerURL":"a","Username":"u"})");
    config.find("b");
    EXPECT_THAT(asked, ElementsAre("docker-credential-one get a", "docker-credential-two get b"));
    for (const auto &bad : {process::Outcome{.code = 1, .out = "credentials not found"},
                            process::Outcome{.out = "gibberish"}}) {
        answer = bad;
        EXPECT_FALSE(config.find("a").has_value());
    }
}

TEST_F(CredentialsTest, TheFileHasPasswordsAndTokens) {
    auto config =
        read(R"({"auths":{"https://index.docker.io/v1/":{"auth":")" + base64_encode("hub:p:w") +
             R"("},"t":{"identitytoken":"tok"},"bad":{"auth":"%%"},"odd":3,"e":{}}})");
    EXPECT_EQ(config.find("https://index.docker.io/v1/"),
              R"({"Secret":"p:w","ServerURL":"https://index.docker.io/v1/","Username":"hub"})");
    EXPECT_EQ(config.find("t"), R"({"Secret":"tok","ServerURL":"t","Username":"<token>"})");
    for (const auto *host : {"bad", "odd", "e", "elsewhere"})
        EXPECT_FALSE(config.find(host).has_value()) << host;
    EXPECT_THAT(asked, ElementsAre());
}

TEST_F(CredentialsTest, AnEmptyOrBrokenFileHasNone) {
    for (const auto *text : {"", "[", "{}", R"({"auths":{}})", R"({"auths":7,"credsStore":[]})"})
        EXPECT_FALSE(read(text).any()) << text;
}

} // namespace
} // namespace berth::build
