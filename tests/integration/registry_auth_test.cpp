// SPDX-License-Identifier: Apache-2.0
// A registry that accepts only tokens, like Docker Hub and most others, compared with docker
// buildx: names and passwords, identity tokens and credential helpers get a token, and are sent
// nowhere else.
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "support.hpp"

namespace berth::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char *host = "127.0.0.1:21510";
constexpr const char *secrets[] = {"pass-of-me", "identity-of-me", "not-the-password"};

class RegistryAuthTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        world = new World;
        ASSERT_EQ(run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                       "-subj", "/CN=berth-test", "-keyout", world->folder("key"), "-out",
                       world->folder("certificate")})
                      .code,
                  0);
        world->write("registry.yml",
                     "version: 0.1\nstorage: {filesystem: {rootdirectory: " +
                         world->folder("data") + "}}\nhttp: {addr: '" + host +
                         "'}\nauth: {token: {realm: 'http://127.0.0.1:21511/token',"
                         " service: registry, issuer: berth-test, rootcertbundle: " +
                         world->folder("certificate") + "}}\n");
        world->beside_the_builder("registry",
                                  {"docker-registry", "serve", world->folder("registry.yml")});
        world->beside_the_builder(
            "tokens", {"python3", std::string(BERTH_TEST_DATA) + "/data/token_server.py", "21511",
                       world->folder("key"), world->folder("certificate"), world->folder("asked")});
        builder = world->builder("auth", {"--driver-opt", "network=host"});
        world->write("docker-that-tells",
                     "#!/bin/sh\nprintf '%s\\n' \"$@\" >>" + shell_quote(world->folder("words")) +
                         "\nexec " + shell_quote(docker_program()) + " \"$@\"\n",
                     0755);
        world->write("none/config.json", "{}");
        with_auth("password", R"("auth":")" + base64_encode("me:pass-of-me") + "\"");
        with_auth("wrong", R"("auth":")" + base64_encode("me:not-the-password") + "\"");
        with_auth("identity", R"("identitytoken":"identity-of-me")");
        with_auth("both", R"("identitytoken":"identity-of-me","auth":")" +
                              base64_encode("00000000-0000-0000-0000-000000000000:") + "\"");
        with_auth("stale", R"("identitytoken":"identity-of-old")");
        helper("helps", R"({"Username":"me","Secret":"pass-of-me"})");
        helper("identifies", R"({"Username":"<token>","Secret":"identity-of-me"})");
    }
    static void TearDownTestSuite() {
        delete world;
        world = nullptr;
    }

    static void with_auth(const std::string &name, const std::string &entry) {
        world->write(name + "/config.json",
                     R"({"auths":{")" + std::string(host) + R"(":{)" + entry + "}}}");
    }
    static void helper(const std::string &name, const std::string &answer) {
        world->write("bin/docker-credential-" + name,
                     "#!/bin/sh\nread -r host\necho \"$1 $host\" >>" +
                         shell_quote(world->folder("calls")) + "\necho '" + answer + "'\n",
                     0755);
        world->write(name + "/config.json",
                     R"({"credHelpers":{")" + std::string(host) + R"(":")" + name + R"("}})");
    }

    // docker buildx asks for tokens itself, so that it runs in the registry's network, too.
    static Result build(bool berth, const std::string &config, std::vector<std::string> words) {
        words.insert(words.begin(), {"build", "--builder", builder});
        const char *path = std::getenv("PATH"), *network = std::getenv("BERTH_ENGINE_NETNS");
        Variables variables = world->variables(
            {{"DOCKER_CONFIG", world->folder(config)},
             {"DOCKER_AUTH_CONFIG", variable},
             {"PATH", world->folder("bin") + ":" + (path == nullptr ? "" : path)}});
        if (berth) {
            variables["BERTH_DOCKER"] = world->folder("docker-that-tells");
            words.insert(words.begin(), {BERTH_PROGRAM, "--debug"});
        } else {
            words.insert(words.begin(), std::getenv("BERTH_PEER"));
        }
        if (network != nullptr)
            words.insert(words.begin(), {"nsenter", std::string("--net=") + network});
        return run(words, variables);
    }
    // Pushes an image, and builds from it.
    static int push_and_pull(bool berth, const std::string &config) {
        auto image = std::string(host) + "/" + config + (berth ? "/ours" : "/theirs");
        world->write("push/Dockerfile", "FROM scratch\nCOPY Dockerfile /" + config + "\n");
        world->write("pull/Dockerfile", "FROM " + image + "\nCOPY Dockerfile /two\n");
        auto pushed = build(berth, config, {"--push", "-t", image, world->folder("push")});
        expect_no_secret(pushed);
        auto pulled = build(berth, config,
                            {"--pull", "--push", "-t", image + ":second", world->folder("pull")});
        expect_no_secret(pulled);
        EXPECT_EQ(pushed.code, pulled.code) << pushed.err << pulled.err;
        return pushed.code;
    }
    static void expect_no_secret(const Result &result) {
        auto shown = docker({"inspect", "buildx_buildkit_" + builder + "0"}).out +
                     read_file_if_exists(world->path() / "words").value_or("");
        for (const auto *secret : secrets)
            for (const auto &text : {std::string(secret), base64_encode(secret)})
                for (const auto &place : {result.out, result.err, shown})
                    EXPECT_THAT(place, Not(HasSubstr(text)));
    }
    // `refused_first`: BuildKit itself asks for berth's tokens, and sends an identity token as a
    // password by GET first, which a token server refuses.
    static void expect_requests(const std::string &asked, const std::string &how,
                                bool refused_first) {
        EXPECT_THAT(asked, HasSubstr(how + " granted repository:"));
        std::string before;
        for (const auto &line : split(trim(asked), '\n')) {
            if (refused_first && line.starts_with(how + " granted ")) {
                EXPECT_TRUE(before.starts_with("password denied ")) << asked;
            } else if (!refused_first) {
                EXPECT_THAT(line, Not(HasSubstr(" denied "))) << asked;
            } else {
                EXPECT_TRUE(line.starts_with("password denied ")) << asked;
                EXPECT_FALSE(before.starts_with("password denied ")) << asked;
            }
            before = line;
        }
    }
    static std::string take(const std::string &file) {
        auto text = read_file_if_exists(world->path() / file).value_or("");
        world->write(file, "");
        return text;
    }

    static inline World *world = nullptr;
    static inline std::string builder, variable; // DOCKER_AUTH_CONFIG
};

TEST_F(RegistryAuthTest, NamesAndIdentityTokensGetATokenLikeInDockerBuildx) {
    for (const std::string config : {"password", "identity", "both"})
        for (bool berth : {true, false}) {
            take("asked");
            EXPECT_EQ(push_and_pull(berth, config), 0) << config << berth;
            auto how = config == "password" ? config : "identity";
            expect_requests(take("asked"), how, berth && how == "identity");
        }
}

TEST_F(RegistryAuthTest, DeniedUsersFailLikeInDockerBuildx) {
    for (const std::string config : {"none", "wrong", "stale"}) {
        std::vector<Result> results;
        for (bool berth : {true, false}) {
            results.push_back(
                build(berth, config,
                      {"--push", "-t", std::string(host) + "/never", world->folder("push")}));
            expect_no_secret(results.back());
        }
        EXPECT_EQ(results[0].code, 1) << config << results[0].err;
        EXPECT_EQ(results[1].code, 1) << config << results[1].err;
        // The last line has BuildKit's reason.
        for (const auto &result : results)
            EXPECT_THAT(split(trim(result.err), '\n').back(),
                        AnyOf(HasSubstr("401 Unauthorized"), HasSubstr("denied"),
                              HasSubstr("insufficient_scope")))
                << config;
    }
}

TEST_F(RegistryAuthTest, TheVariableIsReadLikeInDockerBuildx) {
    auto entry = [](const std::string &fields) {
        return R"({"auths":{")" + std::string(host) + R"(":{)" + fields + "}}}";
    };
    variable = entry(R"("auth":")" + base64_encode("me:pass-of-me") + "\"");
    for (const std::string config : {"none", "wrong"})
        for (bool berth : {true, false}) {
            take("asked");
            EXPECT_EQ(push_and_pull(berth, config), 0) << config << berth;
            expect_requests(take("asked"), "password", false);
        }
    variable = entry(R"("auth":")" + base64_encode("me:pass-of-me") + R"(","password":"")");
    for (bool berth : {true, false}) {
        auto result = build(berth, "none",
                            {"--push", "-t", std::string(host) + "/never", world->folder("push")});
        expect_no_secret(result);
        EXPECT_EQ(result.code, 1) << result.err;
        EXPECT_THAT(result.err,
                    HasSubstr("Failed to create credential store from DOCKER_AUTH_CONFIG: "));
    }
    variable.clear();
}

TEST_F(RegistryAuthTest, AHelperRunsOnceForEachBuild) {
    for (const std::string config : {"helps", "identifies"}) {
        take("calls");
        EXPECT_EQ(push_and_pull(false, config), 0) << config;
        auto theirs = count(take("calls"), "get ");
        EXPECT_EQ(push_and_pull(true, config), 0) << config;
        auto ours = count(take("calls"), "get ");
        EXPECT_EQ(ours, 2u) << config << ": two builds";
        EXPECT_LE(ours, theirs) << config;
    }
}

} // namespace
} // namespace berth::test
