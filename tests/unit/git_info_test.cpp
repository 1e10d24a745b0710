// SPDX-License-Identifier: Apache-2.0
// git information about a context.
#include "berth/job/git_info.hpp"
#include "berth/process/cancellation.hpp"
#include "berth/process/real_runner.hpp"
#include "berth/process/recording.hpp"

#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::job {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::string commit(40, 'a');

class GitInfoTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::filesystem::create_directories(root / ".git");
        std::filesystem::create_directories(root / "app");
        runner.answer = [this](const process::Command &command, const std::string &) {
            return git(command.argv.at(7), command.argv.back());
        };
    }
    process::Outcome git(const std::string &verb, const std::string &last) {
        if (verb == "rev-parse")
            return {.out = "true\n" + root.string() + "\n" + commit + "\n"};
        if (verb == "for-each-ref")
            return {.out = "  other\n* " + followed + "\n"};
        if (verb == "status")
            return {.out = status};
        auto found = addresses.find(last);
        return found == addresses.end() ? process::Outcome{.code = 2, .err = "no such remote"}
                                        : process::Outcome{.out = found->second + "\n"};
    }
    GitInfo ask(const std::map<std::string, std::string> &variables = {}) {
        Environment environment(variables);
        if (!find_work_tree(root / "app", environment))
            return {};
        return git_info(read_git_tree(runner, root / "app", environment),
                        {.context = root / "app",
                         .dockerfile = root / "app" / "Dockerfile",
                         .folders = {{"context", root / "app"}, {"other", "/elsewhere"}}},
                        environment);
    }

    test::TemporaryDirectory directory;
    std::filesystem::path root = directory.path();
    process::RecordingRunner runner;
    std::string followed, status;
    std::map<std::string, std::string> addresses;
};

TEST_F(GitInfoTest, RevisionSourceAndDirectories) {
    addresses = {{"origin", "https://me:secret@example.com/app.git"}};
    EXPECT_THAT(ask().options,
                ElementsAre(Pair("vcs:revision", commit),
                            Pair("vcs:source", "https://xxxxx:xxxxx@example.com/app.git"),
                            Pair("vcs:localdir:context", "app")));
    followed = "fork";
    addresses["fork"] = "git@example.com:fork.git";
    EXPECT_THAT(ask().options, ::testing::Contains(Pair("vcs:source", "git@example.com:fork.git")));
}

TEST_F(GitInfoTest, LabelsOnRequest) {
    status = "?? x\n";
    EXPECT_THAT(
        ask({{"BUILDX_GIT_LABELS", "1"}, {"BUILDX_GIT_INFO", "0"}, {"BUILDX_GIT_CHECK_DIRTY", "1"}})
            .options,
        ElementsAre(Pair("label:org.opencontainers.image.revision", commit + "-dirty"),
                    Pair("label:com.docker.image.source.entrypoint", "app/Dockerfile")));
}

TEST_F(GitInfoTest, NothingRunsOutsideOfAWorkTree) {
    std::filesystem::remove(root / ".git");
    EXPECT_THAT(ask().options, IsEmpty());
    std::filesystem::create_directories(root / ".git");
    EXPECT_THAT(ask({{"BUILDX_GIT_INFO", "false"}}).options, IsEmpty());
    EXPECT_THAT(runner.records, IsEmpty());
}

TEST_F(GitInfoTest, AMissingOrFailingGitIsAWarning) {
    runner.answer = [](const process::Command &, const std::string &) {
        return process::Outcome{.kind = process::Outcome::Kind::not_started, .code = 2};
    };
    EXPECT_THAT(ask().warning, HasSubstr("git was not found in the system"));
    runner.answer = [](const process::Command &, const std::string &) {
        return process::Outcome{.code = 128, .err = "fatal: dubious \x1b ownership\n"};
    };
    EXPECT_THAT(ask().warning, HasSubstr("dubious \\x1b ownership"));
    EXPECT_THAT(ask().options, IsEmpty());
    runner.answer = [](const process::Command &, const std::string &) {
        return process::Outcome{.code = 128, .err = "fatal: dubious\n\n\tgit config x\n"};
    };
    EXPECT_THAT(ask().warning, HasSubstr("fatal: dubious\n\n\tgit config x\n"));
}

// An untrusted context may contain its own .git.
TEST(GitProgramsTest, DoesNotRunProgramsOfTheRepository) {
    test::TemporaryDirectory directory;
    auto folder = directory.path().string();
    ASSERT_EQ(
        std::system(("cd " + folder +
                     " && git init -q && echo a >a && git add a && "
                     "git -c user.name=x -c user.email=x@x commit -qm x && "
                     "for k in core.fsmonitor core.pager filter.f.clean filter.f.process "
                     "diff.external core.sshCommand; do git config $k 'touch '$PWD/RAN; done && "
                     "git config filter.f.required true && echo '* filter=f' >.gitattributes && "
                     "printf '#!/bin/sh\\ntouch '$PWD/RAN >.git/hooks/post-index-change && "
                     "chmod +x .git/hooks/post-index-change && echo b >a")
                        .c_str()),
        0);
    process::Cancellation never;
    process::RealRunner runner(never);
    Environment environment(
        {{"BUILDX_GIT_CHECK_DIRTY", "1"}, {"PATH", std::getenv("PATH")}, {"HOME", folder}});
    auto tree = read_git_tree(runner, directory.path(), environment);
    EXPECT_THAT(tree.revision, ::testing::EndsWith("-dirty")) << tree.warning;
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "RAN"));
}

TEST(GitAddressTest, CredentialsAreMasked) {
    EXPECT_EQ(mask_credentials("https://u:p@h/x@y"), "https://xxxxx:xxxxx@h/x@y");
    EXPECT_EQ(mask_credentials("https://token@h/x"), "https://xxxxx@h/x");
    EXPECT_EQ(mask_credentials("https://:p@h/x"), "https://:xxxxx@h/x");
    EXPECT_EQ(mask_credentials("https://u@p@h"), "https://xxxxx@h");
    EXPECT_EQ(mask_credentials("https://h/u@x"), "https://h/u@x");
    EXPECT_EQ(mask_credentials("https://u:pass@h/x?access_token=TOKEN&ref=main#x"),
              "https://xxxxx:xxxxx@h/x?access_token=xxxxx&ref=main#x");
    EXPECT_EQ(mask_credentials("git@h:x"), "git@h:x");
    EXPECT_EQ(mask_credentials("ssh://git@h/x"), "ssh://xxxxx@h/x");
}

} // namespace
} // namespace berth::job
