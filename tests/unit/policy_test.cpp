// SPDX-License-Identifier: Apache-2.0
#include "berth/job/policy.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include "temporary_tree.hpp"

#include <gtest/gtest.h>

namespace berth::job {
namespace {

using test::TemporaryTree;
using Variables = std::map<std::string, std::string>;

TEST(PolicyTest, DisabledIsTheOnlySettingThatBuilds) {
    EXPECT_FALSE(policies_disabled({}));
    EXPECT_TRUE(policies_disabled({"disabled=true"}));
    EXPECT_TRUE(policies_disabled({"Disabled=1"}));
    EXPECT_FALSE(policies_disabled({"disabled=false"}));
    for (const auto *text : {"filename=p.rego", "reset=true", "strict=true", "log-level=debug",
                             "disabled=true,filename=p.rego"})
        EXPECT_THROW(policies_disabled({text}), Error) << text;
}

TEST(PolicyTest, TheDefaultPolicyIsRefused) {
    EXPECT_NO_THROW(check_no_default_policy(Environment()));
    EXPECT_NO_THROW(
        check_no_default_policy(Environment(Variables{{"BUILDX_DEFAULT_POLICY", "false"}})));
    EXPECT_THROW(check_no_default_policy(Environment(Variables{{"BUILDX_DEFAULT_POLICY", "1"}})),
                 Error);
}

TEST(PolicyTest, MalformedSettingsAreUsageErrors) {
    for (const auto *text : {"disabled", "disabled=yes", "disabled=", "off=true"})
        try {
            policies_disabled({text});
            ADD_FAILURE() << text;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ExitCode::usage) << text;
        }
}

TEST(PolicyTest, APolicyBesideTheDockerfileIsRefusedByName) {
    TemporaryTree tree;
    EXPECT_NO_THROW(check_no_policy(tree.path(), "Dockerfile"));
    tree.file("Dockerfile.rego", "package docker\n");
    EXPECT_NO_THROW(check_no_policy(tree.path(), "other.Dockerfile"));
    try {
        check_no_policy(tree.path(), "Dockerfile");
        ADD_FAILURE() << "accepted";
    } catch (const Error &error) {
        EXPECT_NE(std::string(error.what()).find("Dockerfile.rego"), std::string::npos);
        EXPECT_NE(error.hint().find("--policy disabled=true"), std::string::npos);
    }
}

} // namespace
} // namespace berth::job
