// SPDX-License-Identifier: Apache-2.0
// Cache attributes from the environment.
#include "berth/job/cache_credentials.hpp"
#include "berth/util/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using Variables = std::map<std::string, std::string>;

// The caches that remain, with their attributes.
std::string completed(const std::vector<std::string> &values, const Variables &variables = {}) {
    BuildOptions options;
    options.cache_from = values;
    auto caches = with_credentials(read_cache_options(options), Environment(variables));
    std::vector<std::string> texts;
    for (const auto &entry : caches.from) {
        texts.push_back(entry.type);
        for (const auto &[key, value] : entry.attributes)
            texts.back() += " " + key + "=" + value;
    }
    return join(texts, "; ");
}

TEST(CacheCredentialsTest, GithubsComeFromItsVariables) {
    Variables github = {{"ACTIONS_RUNTIME_TOKEN", "t"}, {"ACTIONS_CACHE_URL", "http://c/"}};
    EXPECT_EQ(completed({"type=gha,scope=x"}, github), "gha scope=x token=t url=http://c/");
    EXPECT_EQ(completed({"type=gha,token=own,url=http://own/"}, github),
              "gha token=own url=http://own/");
    github.erase("ACTIONS_CACHE_URL");
    github["ACTIONS_RESULTS_URL"] = "http://r/";
    EXPECT_EQ(completed({"type=gha"}, github), "gha token=t url=http://r/");
    github["ACTIONS_CACHE_SERVICE_V2"] = "True";
    EXPECT_EQ(completed({"type=gha"}, github), "gha token=t url_v2=http://r/ url=http://r/");
    EXPECT_EQ(completed({"type=gha,version=1"}, github), "gha version=1 token=t url=http://r/");
}

TEST(CacheCredentialsTest, OutsideOfGithubItsCacheIsIgnored) {
    EXPECT_EQ(completed({"type=gha", "type=inline"}), "inline");
    EXPECT_EQ(completed({"type=gha,token=x"}), "");
    EXPECT_EQ(completed({"type=gha"}, {{"ACTIONS_RUNTIME_TOKEN", "x"}}), "");
}

TEST(CacheCredentialsTest, KeysOfS3ComeFromAwssVariables) {
    Variables aws = {{"AWS_ACCESS_KEY_ID", "i"}, {"AWS_SECRET_ACCESS_KEY", "k"}};
    EXPECT_EQ(completed({"type=s3,bucket=b"}, aws),
              "s3 bucket=b access_key_id=i secret_access_key=k");
    aws["AWS_SESSION_TOKEN"] = "s";
    EXPECT_EQ(completed({"type=s3,bucket=b"}, aws),
              "s3 bucket=b access_key_id=i secret_access_key=k session_token=s");
    EXPECT_EQ(completed({"type=s3,access_key_id=own,secret_access_key=own"}, aws),
              "s3 access_key_id=own secret_access_key=own")
        << "no session token of other keys";
    EXPECT_EQ(completed({"type=s3,bucket=b"}, {{"AWS_ACCESS_KEY_ID", "i"}}), "s3 bucket=b");
    EXPECT_EQ(completed({"type=azblob,name=n"}, aws), "azblob name=n");
}

TEST(CacheCredentialsTest, SecretAttributesAreHidden) {
    for (const auto *key : {"token", "secret_access_key", "session_token", "ghtoken"})
        EXPECT_TRUE(is_secret_attribute(key)) << key;
    for (const auto *key : {"bucket", "scope", "url", "ref"})
        EXPECT_FALSE(is_secret_attribute(key)) << key;
}

} // namespace
} // namespace berth::job
