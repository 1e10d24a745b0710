// Credentials of caches never become words of a command.
#include "berth/build/cache_credentials.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::build {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

CacheCredentials take(const std::vector<std::string> &from, const std::vector<std::string> &to,
                      std::map<std::string, std::string> variables = {}) {
    BuildOptions options;
    options.cache_from = from;
    options.cache_to = to;
    return take_cache_credentials(read_cache_options(options), Environment(std::move(variables)));
}

std::string arguments(const CacheCredentials &taken) {
    return join(cache_arguments(taken.caches, {}), " ");
}

TEST(CacheCredentialsTest, GithubsTokenGoesByTheEnvironment) {
    auto taken = take({"type=gha,scope=x"}, {"type=gha,token=secret,url=http://cache/,mode=max"},
                      {{"ACTIONS_RUNTIME_TOKEN", "secret"}, {"ACTIONS_CACHE_URL", "http://c/"}});
    EXPECT_EQ(arguments(taken), "--import-cache type=gha,scope=x --export-cache "
                                "type=gha,url=http://cache/,mode=max");
    EXPECT_THAT(taken.variables, ElementsAre(Pair("ACTIONS_CACHE_URL", "http://c/"),
                                             Pair("ACTIONS_RUNTIME_TOKEN", "secret")));
}

TEST(CacheCredentialsTest, OutsideOfGithubThereIsNoCacheOfGithub) {
    EXPECT_EQ(arguments(take({"type=gha"}, {"type=gha", "type=inline"})),
              "--export-cache type=inline");
    EXPECT_EQ(arguments(take({"type=gha,token=x"}, {})), "");
    EXPECT_EQ(arguments(take({"type=gha"}, {}, {{"ACTIONS_RUNTIME_TOKEN", "x"}})), "");
}

TEST(CacheCredentialsTest, TwoTokensAreRefused) {
    EXPECT_THROW(take({"type=gha,token=a,url=u"}, {"type=gha,token=b,url=u"}), Error);
}

TEST(CacheCredentialsTest, KeysInTheFlagAreRefusedWithoutTellingThem) {
    for (const auto *value :
         {"type=s3,bucket=b,region=r,access_key_id=i,secret_access_key=hidden",
          "type=s3,bucket=b,region=r,session_token=hidden", "type=azblob,secret_access_key=hidden"})
        try {
            take({}, {value});
            ADD_FAILURE() << value;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("hidden")));
            EXPECT_THAT(error.hint(), HasSubstr("berth create")) << value;
        }
}

TEST(CacheCredentialsTest, OtherAttributesPass) {
    EXPECT_EQ(arguments(take({"type=s3,bucket=b,region=r,name=n"},
                             {"type=azblob,account_url=https://a,ignore-error=true"})),
              "--import-cache type=s3,bucket=b,region=r,name=n --export-cache "
              "type=azblob,account_url=https://a,ignore-error=true");
    EXPECT_THAT(take({"type=s3,bucket=b,region=r"}, {}, {{"AWS_SECRET_ACCESS_KEY", "k"}}).warnings,
                HasSubstr("does not get AWS_SECRET_ACCESS_KEY"));
}

TEST(CacheCredentialsTest, AShellScriptWithAnyValue) {
    EXPECT_EQ(export_script({{"A", "x y'z"}, {"B", "1"}}), "export A='x y'\\''z'\nexport B=1\n");
}

} // namespace
} // namespace berth::build
