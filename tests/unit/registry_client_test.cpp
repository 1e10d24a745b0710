// SPDX-License-Identifier: Apache-2.0
// The registry client against servers that require logins, are busy, redirect, or answer
// incorrectly.
#include "berth/registry/client.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/strings.hpp"

#include "support/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::registry {
namespace {

using test::HttpServer;
using test::ServerAnswer;
using test::ServerRequest;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char *manifest = R"({"schemaVersion":2,"config":{},"layers":[]})";

ServerAnswer found(std::string body = manifest, std::string type = media::oci_manifest) {
    return {.headers = {"Content-Type: " + type}, .body = std::move(body)};
}
ServerAnswer refused(const std::string &challenge) {
    return {.status = "401 Unauthorized", .headers = {"WWW-Authenticate: " + challenge}};
}

class RegistryClientTest : public ::testing::Test {
  protected:
    Client &client() {
        if (!client_)
            client_ =
                std::make_unique<Client>(ClientOptions{.cancellation = cancellation_,
                                                       .environment = environment_,
                                                       .settings = settings_,
                                                       .credentials =
                                                           [this](const std::string &host) {
                                                               asked_.push_back(host);
                                                               return credential_;
                                                           },
                                                       .wait =
                                                           [this](std::chrono::milliseconds time) {
                                                               waits_.push_back(time.count());
                                                               return true;
                                                           }});
        return *client_;
    }
    Document get(const HttpServer &server, const std::string &name = "app") {
        return client().manifest(parse_reference(server.host() + "/" + name));
    }
    std::string failure(const HttpServer &server, const std::string &name = "app") {
        try {
            get(server, name);
        } catch (const Error &error) {
            return error.what() + std::string("; ") + error.hint();
        }
        return "none";
    }

    process::Cancellation cancellation_;
    Environment environment_;
    Settings settings_;
    session::Credential credential_;
    std::vector<std::string> asked_;
    std::vector<long long> waits_;

  private:
    std::unique_ptr<Client> client_;
};

TEST_F(RegistryClientTest, ReadsAManifestWithOneRequest) {
    HttpServer server([](const ServerRequest &) { return found(); });
    auto document = get(server, "team/app:v1");
    EXPECT_EQ(document.bytes, manifest);
    EXPECT_EQ(document.descriptor.media_type, media::oci_manifest);
    EXPECT_EQ(document.descriptor.digest, "sha256:" + sha256_hex(manifest));
    EXPECT_EQ(document.descriptor.size, static_cast<std::int64_t>(std::string(manifest).size()));
    EXPECT_THAT(server.lines(), ElementsAre("GET /v2/team/app/manifests/v1"));
    EXPECT_THAT(asked_, IsEmpty()) << "no credentials for a registry that asks for none";
}

TEST_F(RegistryClientTest, LogsInByNameAndPassword) {
    credential_ = {.username = "me", .password = "secret"};
    HttpServer server([](const ServerRequest &request) {
        return request.header("authorization") == "Basic " + base64_encode("me:secret")
                   ? found()
                   : refused("Basic realm=\"r\"");
    });
    get(server);
    get(server);
    EXPECT_EQ(server.requests().size(), 3u) << "the second time it is known";
    EXPECT_THAT(asked_, ElementsAre(server.host()));
}

TEST_F(RegistryClientTest, WrongPasswordIsTriedOnce) {
    credential_ = {.username = "me", .password = "wrong"};
    HttpServer server([](const ServerRequest &) { return refused("Basic realm=\"r\""); });
    EXPECT_THAT(failure(server), AllOf(HasSubstr("401 Unauthorized"), HasSubstr("docker login"),
                                       Not(HasSubstr("wrong"))));
    EXPECT_EQ(server.requests().size(), 2u);
}

// One server for registry and tokens.
class TokenServer {
  public:
    explicit TokenServer(std::function<ServerAnswer(const ServerRequest &)> tokens)
        : tokens_(std::move(tokens)) {}
    HttpServer server{[this](const ServerRequest &request) -> ServerAnswer {
        if (request.target.starts_with("/token"))
            return tokens_(request);
        return request.header("authorization") == "Bearer t0ken"
                   ? found()
                   : refused("Bearer realm=\"http://" + request.header("host") +
                             "/token\",service=\"s\",scope=\"repository:app:pull\"");
    }};

  private:
    std::function<ServerAnswer(const ServerRequest &)> tokens_;
};

TEST_F(RegistryClientTest, GetsATokenAnonymously) {
    TokenServer tokens([](const ServerRequest &) {
        return ServerAnswer{.body = R"({"token":"t0ken","expires_in":300})"};
    });
    get(tokens.server);
    get(tokens.server);
    EXPECT_THAT(tokens.server.lines(),
                ElementsAre("GET /v2/app/manifests/latest",
                            "GET /token?service=s&scope=repository%3Aapp%3Apull",
                            "GET /v2/app/manifests/latest", "GET /v2/app/manifests/latest"));
}

TEST_F(RegistryClientTest, GetsATokenByPasswordAndIdentity) {
    for (bool identity : {false, true}) {
        credential_ = identity ? session::Credential{.identity_token = "who"}
                               : session::Credential{.username = "me", .password = "p&w"};
        TokenServer tokens([](const ServerRequest &request) {
            return ServerAnswer{.status = request.method == "POST" ? "200 OK" : "500 No",
                                .body = R"({"access_token":"t0ken"})"};
        });
        get(tokens.server);
        auto body = tokens.server.requests()[1].body;
        EXPECT_THAT(body, HasSubstr(identity ? "grant_type=refresh_token&refresh_token=who"
                                             : "grant_type=password&username=me&password=p%26w"));
        EXPECT_THAT(tokens.server.lines(), Each(Not(HasSubstr("who"))));
    }
}

TEST_F(RegistryClientTest, FallsBackToGetForTokens) {
    credential_ = {.username = "me", .password = "pw"};
    TokenServer tokens([](const ServerRequest &request) {
        if (request.method == "POST")
            return ServerAnswer{.status = "404 Not Found"};
        return ServerAnswer{.status =
                                request.header("authorization") == "Basic " + base64_encode("me:pw")
                                    ? "200 OK"
                                    : "403 Forbidden",
                            .body = R"({"token":"t0ken"})"};
    });
    EXPECT_EQ(get(tokens.server).bytes, manifest);
}

TEST_F(RegistryClientTest, ARefusedTokenIsNotRequestedForever) {
    HttpServer server([](const ServerRequest &request) -> ServerAnswer {
        if (request.target.starts_with("/token"))
            return {.body = R"({"token":"no good"})"};
        return refused("Bearer realm=\"http://" + request.header("host") + "/token\"");
    });
    EXPECT_THAT(failure(server), HasSubstr("401 Unauthorized"));
    EXPECT_LE(server.requests().size(), 6u);
}

TEST_F(RegistryClientTest, BrokenTokenServersAreErrors) {
    for (const std::string answer :
         {"", "{", "[]", "{}", R"({"token":5})", R"({"token":"a\r\nX: y"})"}) {
        TokenServer tokens([&](const ServerRequest &) { return ServerAnswer{.body = answer}; });
        EXPECT_THAT(failure(tokens.server), HasSubstr("did not include a token")) << answer;
    }
    HttpServer server(
        [](const ServerRequest &) { return refused(R"(Bearer realm="file:///etc/passwd")"); });
    EXPECT_THAT(failure(server), HasSubstr("an invalid URL as its token server"));
}

TEST_F(RegistryClientTest, WaitsForTheTimeOfABusyRegistry) {
    int count = 0;
    HttpServer server([&](const ServerRequest &) -> ServerAnswer {
        if (++count <= 2)
            return {.status = "429 Too Many Requests", .headers = {"Retry-After: 3"}};
        return found();
    });
    EXPECT_EQ(get(server).bytes, manifest);
    EXPECT_THAT(waits_, ElementsAre(3000, 3000));
}

TEST_F(RegistryClientTest, GivesUpOnABusyRegistry) {
    HttpServer busy(
        [](const ServerRequest &) { return ServerAnswer{.status = "503 Service Unavailable"}; });
    EXPECT_THAT(failure(busy), HasSubstr("503 Service Unavailable"));
    EXPECT_EQ(busy.requests().size(), 3u);
    EXPECT_THAT(waits_, ElementsAre(1000, 2000));
    HttpServer for_hours([](const ServerRequest &) {
        return ServerAnswer{.status = "429 Too Many Requests", .headers = {"Retry-After: 7200"}};
    });
    EXPECT_THAT(failure(for_hours), HasSubstr("limits the rate of requests"));
    EXPECT_EQ(for_hours.requests().size(), 1u);
}

TEST_F(RegistryClientTest, RedirectsCarryNoCredentialsToOthers) {
    credential_ = {.username = "me", .password = "secret"};
    const std::string blob = "{}";
    HttpServer store([&](const ServerRequest &) { return ServerAnswer{.body = blob}; });
    HttpServer server([&](const ServerRequest &request) -> ServerAnswer {
        if (request.header("authorization").empty())
            return refused("Basic realm=\"r\"");
        return {.status = "307 Temporary Redirect",
                .headers = {"Location: " + store.url() + "/blob?signature=1"}};
    });
    Descriptor descriptor{
        .media_type = "application/json", .digest = "sha256:" + sha256_hex(blob), .size = 2};
    EXPECT_EQ(client().document(parse_reference(server.host() + "/app"), descriptor), blob);
    ASSERT_EQ(store.requests().size(), 1u);
    EXPECT_EQ(store.requests()[0].header("authorization"), "");
}

TEST_F(RegistryClientTest, RedirectsEnd) {
    HttpServer server([](const ServerRequest &request) {
        return ServerAnswer{.status = "302 Found", .headers = {"Location: " + request.target}};
    });
    EXPECT_THAT(failure(server), HasSubstr("unexpected status"));
    EXPECT_LE(server.requests().size(), 11u);
    HttpServer elsewhere([](const ServerRequest &) {
        return ServerAnswer{.status = "302 Found", .headers = {"Location: file:///etc/passwd"}};
    });
    EXPECT_THAT(failure(elsewhere), HasSubstr("redirects to an invalid URL"));
}

TEST_F(RegistryClientTest, ChecksEveryDigest) {
    HttpServer server([](const ServerRequest &) {
        auto answer = found();
        answer.headers.push_back("Docker-Content-Digest: sha256:" + std::string(64, 'a'));
        return answer;
    });
    EXPECT_THAT(failure(server), HasSubstr("has the digest"));
    EXPECT_THAT(failure(server, "app@sha256:" + std::string(64, 'b')), HasSubstr("has the digest"));
    Descriptor descriptor{.media_type = "x", .digest = "sha256:" + std::string(64, 'c')};
    descriptor.size = static_cast<std::int64_t>(std::string(manifest).size());
    EXPECT_THROW(client().document(parse_reference(server.host() + "/app"), descriptor), Error);
    descriptor.digest = "sha256:../../etc/passwd";
    EXPECT_THROW(client().document(parse_reference(server.host() + "/app"), descriptor), Error);
}

TEST_F(RegistryClientTest, LongAnswersAreCutOff) {
    HttpServer server(
        [](const ServerRequest &) { return found(std::string(manifest_limit + 1, ' ')); });
    EXPECT_THAT(failure(server), HasSubstr("the answer is longer than 4194304 bytes"));
    HttpServer headers([](const ServerRequest &) {
        auto answer = found();
        for (int i = 0; i < 100; ++i)
            answer.headers.push_back("X-" + std::to_string(i) + ": " + std::string(1000, 'x'));
        return answer;
    });
    EXPECT_THAT(failure(headers), HasSubstr("failed to do request"));
}

TEST_F(RegistryClientTest, OtherProtocolsAreErrors) {
    for (const std::string raw :
         {"\r\n", "hello\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
          "HTTP/1.1 999999 X\r\n\r\n", "HTTP/1.1 200 OK\r\n"}) {
        HttpServer server([&](const ServerRequest &) { return ServerAnswer{.raw = raw}; });
        EXPECT_NE(failure(server), "none") << raw;
        EXPECT_LE(server.requests().size(), 12u);
    }
}

TEST_F(RegistryClientTest, ReportsErrorsOfTheRegistry) {
    HttpServer server([](const ServerRequest &) {
        return ServerAnswer{
            .status = "403 Forbidden",
            .body = R"({"errors":[{"code":"DENIED","message":"not \u001b[31m yours"}]})"};
    });
    EXPECT_THAT(failure(server), AllOf(HasSubstr("403 Forbidden: denied"), Not(HasSubstr("\x1b"))));
    HttpServer none([](const ServerRequest &) { return ServerAnswer{.status = "404 Not Found"}; });
    EXPECT_THAT(failure(none), HasSubstr("/app:latest: not found"));
}

TEST_F(RegistryClientTest, TriesMirrorsFirst) {
    HttpServer mirror([](const ServerRequest &request) -> ServerAnswer {
        return request.target.find("/known/") != std::string::npos
                   ? found()
                   : ServerAnswer{.status = "500 Broken"};
    });
    HttpServer server([](const ServerRequest &) { return found(); });
    settings_.hosts[server.host()] = {.mirrors = {mirror.host() + "/cache"}};
    get(server, "known");
    EXPECT_THAT(server.lines(), IsEmpty());
    EXPECT_THAT(mirror.lines(), ElementsAre("GET /v2/cache/known/manifests/latest?ns=" +
                                            replace_all(server.host(), ":", "%3A")));
    get(server, "other");
    EXPECT_THAT(server.lines(), ElementsAre("GET /v2/other/manifests/latest"));
    EXPECT_THAT(waits_, IsEmpty()) << "a broken mirror costs no wait";
}

TEST_F(RegistryClientTest, UsesTheTagInRegistriesWithoutReferrers) {
    auto index = R"({"manifests":[{"mediaType":"a","digest":"sha256:b","size":1,)"
                 R"("artifactType":"c"}]})";
    HttpServer server([&](const ServerRequest &request) -> ServerAnswer {
        return request.target.find("/referrers/") == std::string::npos
                   ? found(index, media::oci_index)
                   : ServerAnswer{.status = "404 Not Found"};
    });
    auto digest = "sha256:" + std::string(64, 'a');
    auto found = client().referrers(parse_reference(server.host() + "/app"), digest);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].artifact_type, "c");
    EXPECT_THAT(server.lines(),
                ElementsAre("GET /v2/app/referrers/" + digest,
                            "GET /v2/app/manifests/sha256-" + std::string(64, 'a')));
}

// Some registries do not know the request, and do not say 404.
TEST_F(RegistryClientTest, ARegistryThatRefusesReferrersHasNone) {
    for (const auto *status : {"405 Method Not Allowed", "400 Bad Request"}) {
        HttpServer server([&](const ServerRequest &request) -> ServerAnswer {
            bool asks = request.target.find("/referrers/") != std::string::npos;
            return ServerAnswer{.status = asks ? status : "404 Not Found"};
        });
        EXPECT_THAT(client().referrers(parse_reference(server.host() + "/app"),
                                       "sha256:" + std::string(64, 'a')),
                    IsEmpty())
            << status;
    }
}

TEST_F(RegistryClientTest, CancellationEndsAWait) {
    HttpServer server([this](const ServerRequest &) {
        cancellation_.cancel();
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return found();
    });
    EXPECT_EQ(failure(server), "cancelled; ");
}

} // namespace
} // namespace berth::registry
