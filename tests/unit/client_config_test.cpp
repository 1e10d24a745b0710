// SPDX-License-Identifier: Apache-2.0
// docker's config.json: the proxies in it, and a configuration without them.
#include "berth/docker/client_config.hpp"
#include "berth/store/proxies.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace berth::docker {
namespace {

using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
namespace fs = std::filesystem;

class ClientConfigTest : public ::testing::Test {
  protected:
    void write(const std::string &content) {
        write_file_atomically(fs::path(folder_.path()) / "config.json", content);
    }
    Environment environment(std::map<std::string, std::string> more = {}) {
        more["DOCKER_CONFIG"] = folder_.path();
        return Environment(more);
    }
    test::TemporaryDirectory folder_;
};

TEST_F(ClientConfigTest, HasProxiesOnlyIfConfigured) {
    EXPECT_FALSE(ClientConfig("").has_proxies());
    EXPECT_FALSE(ClientConfig(folder_.path()).has_proxies());
    for (const auto *content : {"broken", "[]", "{}", R"({"proxies":{}})", R"({"proxies":3})"}) {
        write(content);
        EXPECT_FALSE(ClientConfig(folder_.path()).has_proxies()) << content;
    }
    write(R"({"proxies":{"default":{}}})");
    EXPECT_TRUE(ClientConfig(folder_.path()).has_proxies());
}

TEST_F(ClientConfigTest, TheCopyHasNoProxiesOrCredentialsAndIsRemoved) {
    write(R"({"proxies":{"default":{"httpProxy":"p"}},"auths":{"r":{"auth":"s"}},)"
          R"("credsStore":"x","currentContext":"c"})");
    write_file_atomically(fs::path(folder_.path()) / "contexts" / "meta", "m");
    fs::path made;
    {
        ClientConfig config(folder_.path());
        made = config.make_without_proxies();
        auto copy = nlohmann::json::parse(read_file(made / "config.json"));
        EXPECT_EQ(copy, nlohmann::json({{"currentContext", "c"}}));
        EXPECT_EQ(read_file(made / "contexts" / "meta"), "m");
        EXPECT_EQ(fs::status(made).permissions(), fs::perms::owner_all);
    }
    EXPECT_FALSE(fs::exists(made));
    EXPECT_TRUE(fs::exists(fs::path(folder_.path()) / "contexts" / "meta")) << "only links went";
}

TEST_F(ClientConfigTest, ProxiesOfTheHostComeFirstThenAllHostsThenTheEnvironment) {
    write(R"({"proxies":{"tcp://h:1":{"httpProxy":"of-host"},"default":{"noProxy":"n"}}})");
    EXPECT_THAT(store::proxies(environment(), "tcp://h:1"),
                UnorderedElementsAre(Pair("HTTP_PROXY", "of-host"), Pair("http_proxy", "of-host")));
    EXPECT_THAT(store::proxies(environment(), "unix:///x"),
                UnorderedElementsAre(Pair("NO_PROXY", "n"), Pair("no_proxy", "n")));
    write("{}");
    EXPECT_THAT(store::proxies(environment({{"HTTPS_PROXY", "e"}}), "unix:///x"),
                UnorderedElementsAre(Pair("HTTPS_PROXY", "e"), Pair("https_proxy", "e")));
    EXPECT_THAT(store::proxies(environment(), "unix:///x"), IsEmpty());
    EXPECT_THAT(store::configured_proxies(environment({{"HTTPS_PROXY", "e"}}), "x"), IsEmpty());
    write("{");
    EXPECT_THAT(store::configured_proxies(environment(), "x"), IsEmpty());
    EXPECT_TRUE(store::has_password("http://u:p@h:1"));
    EXPECT_FALSE(store::has_password("http://u@h:1"));
    EXPECT_FALSE(store::has_password("h:1"));
    EXPECT_THROW(store::proxies(environment(), "unix:///x"), Error);
}

} // namespace
} // namespace berth::docker
