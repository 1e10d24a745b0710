// SPDX-License-Identifier: Apache-2.0
// --secret, from the flag to the session.
#include "berth/job/secrets.hpp"
#include "berth/util/error.hpp"

#include "temporary_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::ElementsAre;

class BuildSecretsTest : public ::testing::Test {
  protected:
    std::string file(const std::string &name) { return (tree / name).string(); }
    std::vector<std::string> read(const std::vector<std::string> &values) {
        std::vector<std::string> texts;
        for (const auto &secret : read_secrets(values, environment))
            texts.push_back(secret.id + (secret.variable.empty() ? " file " + secret.path
                                                                 : " $" + secret.variable));
        return texts;
    }

    test::TemporaryTree tree;
    Environment environment{{{"VAR", "value"}, {"both", "variable"}}};
};

TEST_F(BuildSecretsTest, AreFilesOrVariables) {
    tree.file("f", "content");
    EXPECT_THAT(read({"id=a,src=" + file("f"), "id=b,env=VAR", "id=c,type=env,src=VAR", "id=both",
                      "\"id=d\",\"source=" + file("f") + "\""}),
                ElementsAre("a file " + file("f"), "b $VAR", "c $VAR", "both $both",
                            "d file " + file("f")));
    for (const auto *bad : {"src=x", "id=\"a,b\"", "id=a,src=/none", "id=a,x=y", "plain"})
        EXPECT_THROW(read({bad}), Error) << bad;
}

TEST_F(BuildSecretsTest, AreReadOnlyWhenRequested) {
    tree.file("f", "content");
    auto served = served_secrets(
        read_secrets({"id=a,src=" + file("f"), "id=b,env=VAR"}, environment), environment);
    EXPECT_EQ(std::get<session::SecretFile>(served.at("a")).path, file("f"));
    EXPECT_EQ(std::get<session::SecretValue>(served.at("b")).value, "value");
}

TEST_F(BuildSecretsTest, AShellCanReadThem) {
    tree.file("it's", "content");
    auto secrets = read_secrets({"id=a,src=" + file("it's"), "id=b,env=VAR"}, environment);
    EXPECT_THAT(secrets[0].shell_source(), ::testing::EndsWith("/it'\\''s'"));
    EXPECT_EQ(secrets[1].shell_source(), "printf %s \"$VAR\"");
}

} // namespace
} // namespace berth::job
