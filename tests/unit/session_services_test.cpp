// SPDX-License-Identifier: Apache-2.0
// The small session services: secrets, credentials, uploads, health.
#include "berth/process/recording.hpp"
#include "berth/session/auth.hpp"
#include "berth/session/docker_credentials.hpp"
#include "berth/session/health.hpp"
#include "berth/session/secrets.hpp"
#include "berth/session/upload.hpp"
#include "berth/util/error.hpp"

#include "buildkit/auth.pb.h"
#include "buildkit/health.pb.h"
#include "buildkit/secrets.pb.h"
#include "buildkit/upload.pb.h"
#include "session_call.hpp"
#include "temporary_tree.hpp"

#include <gmock/gmock.h>

namespace berth::session {
namespace {

using buildkit::StatusCode;
using ::testing::HasSubstr;
using ::testing::Not;

auto get_secret(const buildkit::Services &services, const std::string &id) {
    moby::buildkit::secrets::v1::GetSecretRequest request;
    request.set_id(id);
    auto [response, status] = test::call<moby::buildkit::secrets::v1::GetSecretResponse>(
        services, "/moby.buildkit.secrets.v1.Secrets/GetSecret", request);
    return std::pair(response.data(), status);
}

TEST(SecretsTest, SendsFilesAndValuesByTheirId) {
    test::TemporaryTree tree;
    tree.file("file", std::string("a\0b\xff", 4));
    buildkit::Services services;
    add_secrets(services, {{"file", SecretFile{tree / "file"}}, {"value", SecretValue{"text"}}});
    EXPECT_EQ(get_secret(services, "file").first, std::string("a\0b\xff", 4));
    EXPECT_EQ(get_secret(services, "value").first, "text");
    tree.file("file", "later"); // read on request
    EXPECT_EQ(get_secret(services, "file").first, "later");
}

TEST(SecretsTest, AnUnknownIdIsNotFound) {
    buildkit::Services services;
    add_secrets(services, {{"a", SecretValue{"text"}}});
    for (auto id : {"b", "", "../a"}) {
        auto status = get_secret(services, id).second;
        EXPECT_EQ(status.code, StatusCode::not_found);
        EXPECT_EQ(status.message, "not found");
    }
}

TEST(SecretsTest, RefusesLargeOrMissingSecretsBeforeTheBuild) {
    test::TemporaryTree tree;
    tree.file("large", std::string(largest_secret + 1, 'x'));
    tree.file("just", std::string(largest_secret, 'x'));
    buildkit::Services services;
    add_secrets(services, {{"id", SecretFile{tree / "just"}}});
    EXPECT_EQ(get_secret(services, "id").first.size(), largest_secret);
    EXPECT_THROW(add_secrets(services, {{"id", SecretFile{tree / "large"}}}), Error);
    EXPECT_THROW(add_secrets(services, {{"id", SecretFile{tree / "missing"}}}), Error);
    EXPECT_THROW(add_secrets(services, {{"id", SecretValue{std::string(largest_secret + 1, 'x')}}}),
                 Error);
}

TEST(SecretsTest, AFileThatGrewIsRefusedWithoutItsContent) {
    test::TemporaryTree tree;
    tree.file("file", "x");
    buildkit::Services services;
    add_secrets(services, {{"id", SecretFile{tree / "file"}}});
    tree.file("file", std::string(largest_secret + 1, 'x'));
    auto [data, status] = get_secret(services, "id");
    EXPECT_EQ(data, "");
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(status.message, HasSubstr("file"));
    EXPECT_THAT(status.message, Not(HasSubstr("xxx")));
}

TEST(HealthTest, ReportsServing) {
    buildkit::Services services;
    add_health(services);
    auto [response, status] = test::call<grpc::health::v1::HealthCheckResponse>(
        services, "/grpc.health.v1.Health/Check", grpc::health::v1::HealthCheckRequest());
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
}

class UploadTest : public ::testing::Test {
  protected:
    std::pair<std::string, buildkit::Status> pull(const std::string &path) {
        test::SessionCall call(services, "/moby.upload.v1.Upload/Pull", {{"urlpath", path}});
        moby::upload::v1::BytesMessage message;
        std::string all;
        while (buildkit::read(call.stream(), message))
            all += message.data();
        return {all, call.finish()};
    }
    buildkit::Services services;
};

TEST_F(UploadTest, StreamsTheArchiveOfItsAddressOnce) {
    auto address = upload_address();
    ASSERT_TRUE(address.starts_with("http://buildkit-session/"));
    std::size_t left = 1'000'000;
    add_upload(services, {{address, [&](char *buffer, std::size_t size) {
                               auto count = std::min(left, size);
                               std::fill_n(buffer, count, 'x');
                               left -= count;
                               return count;
                           }}});
    auto path = address.substr(std::string("http://buildkit-session").size());
    EXPECT_EQ(pull("/other").second.message, "no http response from session for /other");
    auto [bytes, status] = pull(path);
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(bytes, std::string(1'000'000, 'x'));
    EXPECT_FALSE(pull(path).second.ok());
}

TEST_F(UploadTest, AFailingSourceEndsTheCallWithItsMessage) {
    add_upload(services, {{"http://buildkit-session/1", [](char *, std::size_t) -> std::size_t {
                               throw Error("cannot read standard input");
                           }}});
    EXPECT_EQ(pull("/1").second.message, "cannot read standard input");
}

class AuthTest : public ::testing::Test {
  protected:
    std::string credentials(const std::string &host) {
        moby::filesync::v1::CredentialsRequest request;
        request.set_host(host);
        auto [response, status] = test::call<moby::filesync::v1::CredentialsResponse>(
            services, "/moby.filesync.v1.Auth/Credentials", request);
        return status.ok() ? response.username() + ":" + response.secret() : status.message;
    }
    void configure(const std::string &config) {
        tree.file("config.json", config);
        add_auth(services, docker_credentials(runner, tree.path(), {}));
    }
    test::TemporaryTree tree;
    process::RecordingRunner runner;
    buildkit::Services services;
};

TEST_F(AuthTest, FindsCredentialsOfDockerLogin) {
    configure(R"({"auths": {"reg.example:5000": {"auth": "dXNlcjpwYTpzcw=="},
                            "https://index.docker.io/v1/": {"auth": "aHViOnNlY3JldA=="},
                            "https://old.example/v2/": {"username": "u", "password": "p"},
                            "token.example": {"auth": "dXNlcjo=", "identitytoken": "id"},
                            "odd.example": 7}})");
    EXPECT_EQ(credentials("reg.example:5000"), "user:pa:ss");
    EXPECT_EQ(credentials("registry-1.docker.io"), "hub:secret");
    EXPECT_EQ(credentials("old.example"), "u:p");
    EXPECT_EQ(credentials("token.example"), ":id");
    EXPECT_EQ(credentials("dhi.io"), "hub:secret");
    EXPECT_EQ(credentials("odd.example"), ":");
    EXPECT_EQ(credentials("reg.example"), ":");
}

TEST_F(AuthTest, RunsTheHelperOfTheRegistryOnce) {
    configure(R"({"credHelpers": {"reg.example": "mine"}, "credsStore": "all"})");
    runner.answer = [](const process::Command &command, const std::string &input) {
        return process::Outcome{.out = command.argv[0] == "docker-credential-mine"
                                           ? R"({"Username": ")" + input + R"(", "Secret": "s"})"
                                           : R"({"Username": "<token>", "Secret": "t"})"};
    };
    EXPECT_EQ(credentials("reg.example"), "reg.example:s");
    EXPECT_EQ(credentials("reg.example"), "reg.example:s");
    EXPECT_EQ(credentials("other.example"), ":t");
    EXPECT_EQ(runner.records.size(), 2u);
}

TEST_F(AuthTest, AHelperWithoutTheRegistryIsNotAnError) {
    configure(R"({"credsStore": "all"})");
    runner.fallback = {.code = 1, .out = "credentials not found in native keychain\n"};
    EXPECT_EQ(credentials("reg.example"), ":");
}

TEST_F(AuthTest, NamesAFailingHelper) {
    configure(R"({"credsStore": "all"})");
    runner.fallback = {.code = 1, .out = "keychain is locked"};
    EXPECT_THAT(credentials("reg.example"), HasSubstr("docker-credential-all"));
    EXPECT_THAT(credentials("reg.example"), HasSubstr("keychain is locked"));
    runner.fallback = {.out = "secret garbage"};
    EXPECT_THAT(credentials("two.example"), Not(HasSubstr("secret")));
}

TEST_F(AuthTest, ABrokenConfigurationHasNoCredentials) {
    for (auto config : {"", "[]", "{", R"({"auths": [], "credsStore": {}})"}) {
        configure(config);
        EXPECT_EQ(credentials("reg.example"), ":");
    }
    add_auth(services, docker_credentials(runner, tree / "none", {}));
    EXPECT_EQ(credentials("reg.example"), ":");
}

TEST_F(AuthTest, LeavesTokensToBuildKit) {
    configure(R"({"auths": {"reg.example": {"registrytoken": "bearer"}}})");
    moby::filesync::v1::GetTokenAuthorityRequest authority;
    EXPECT_EQ(test::call<moby::filesync::v1::GetTokenAuthorityResponse>(
                  services, "/moby.filesync.v1.Auth/GetTokenAuthority", authority)
                  .second.code,
              StatusCode::unavailable);
    moby::filesync::v1::VerifyTokenAuthorityRequest verify;
    EXPECT_EQ(test::call<moby::filesync::v1::VerifyTokenAuthorityResponse>(
                  services, "/moby.filesync.v1.Auth/VerifyTokenAuthority", verify)
                  .second.code,
              StatusCode::unavailable);
    moby::filesync::v1::FetchTokenRequest fetch;
    fetch.set_host("reg.example");
    auto [response, status] = test::call<moby::filesync::v1::FetchTokenResponse>(
        services, "/moby.filesync.v1.Auth/FetchToken", fetch);
    EXPECT_EQ(response.token(), "bearer");
    fetch.set_host("other.example");
    EXPECT_EQ(test::call<moby::filesync::v1::FetchTokenResponse>(
                  services, "/moby.filesync.v1.Auth/FetchToken", fetch)
                  .second.code,
              StatusCode::unavailable);
}

} // namespace
} // namespace berth::session
