// SPDX-License-Identifier: Apache-2.0
// The GitHub workflow as docker buildx writes it for BuildKit.
#include "berth/builder/github_context.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace berth::builder {
namespace {

class GithubContextTest : public ::testing::Test {
  protected:
    GithubContextTest() { event(R"({"ref":"<main>","number":7})"); }
    void event(std::string_view text) { write_file_atomically(folder_ / "event", text); }
    std::string context() { return github_context(Environment(variables)); }

    test::TemporaryDirectory folder_;
    std::map<std::string, std::string> variables = {
        {"GITHUB_ACTIONS", "true"},
        {"GITHUB_EVENT_NAME", "push"},
        {"GITHUB_EVENT_PATH", (folder_ / "event").string()}};
};

TEST_F(GithubContextTest, HasTheEventAndWholeGroups) {
    variables["GITHUB_ACTOR"] = "ann";
    variables["GITHUB_REF"] = "refs/heads/main";
    variables["GITHUB_REF_NAME"] = "main";
    variables["GITHUB_REF_PROTECTED"] = "true";
    variables["GITHUB_REF_TYPE"] = "branch";
    EXPECT_EQ(context(), R"({"github_event_name":"push",)"
                         R"("github_event_payload":{"number":7,"ref":"\u003cmain\u003e"},)"
                         R"("github_ref":"refs/heads/main","github_ref_name":"main",)"
                         R"("github_ref_protected":"true","github_ref_type":"branch"})");
}

TEST_F(GithubContextTest, NamesTheRunnerByItsOwnKeys) {
    for (const auto *name : {"ImageOS", "ImageVersion", "RUNNER_OS", "RUNNER_ARCH", "RUNNER_NAME",
                             "RUNNER_ENVIRONMENT", "RUNNER_TRACKING_ID"})
        variables[name] = "x";
    event("{}");
    EXPECT_EQ(context(), R"({"github_event_name":"push","github_event_payload":{},)"
                         R"("github_runner_arch":"x","github_runner_environment":"x",)"
                         R"("github_runner_image_os":"x","github_runner_image_version":"x",)"
                         R"("github_runner_name":"x","github_runner_os":"x",)"
                         R"("github_runner_tracking_id":"x"})");
}

TEST_F(GithubContextTest, IsEmptyElsewhere) {
    for (const auto *name : {"GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH"}) {
        auto kept = variables;
        variables[name] = "";
        EXPECT_EQ(context(), "") << name;
        variables = kept;
    }
    variables["GITHUB_ACTIONS"] = "false";
    EXPECT_EQ(context(), "");
}

TEST_F(GithubContextTest, NamesAFileThatIsNoEvent) {
    for (const auto *text : {"", "[]", "{", "no JSON"}) {
        event(text);
        EXPECT_THROW(context(), Error) << text;
    }
    variables["GITHUB_EVENT_PATH"] = (folder_ / "nosuch").string();
    EXPECT_THROW(context(), Error);
}

} // namespace
} // namespace berth::builder
