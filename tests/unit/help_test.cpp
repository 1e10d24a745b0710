// SPDX-License-Identifier: Apache-2.0
// Help, and requirements on declarations for help, manual and completion.
#include "berth/cli/command_line.hpp"
#include "berth/cli/help.hpp"
#include "berth/cli/pages.hpp"
#include "berth/util/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class HelpTest : public ::testing::Test {
  protected:
    HelpTest() { declare(app_, options_, action_); }

    std::string help(const std::string &command, const std::string &program = "berth") {
        app_.set_name(program);
        return command.empty() ? help_text(app_) : help_text(*app_.find_command(command));
    }
    void each_command(const args::Command &command,
                      const std::function<void(const args::Command &)> &look) const {
        look(command);
        for (const auto *one : commands_below(command))
            each_command(*one, look);
    }

    args::Command app_{"berth", ""};
    GlobalOptions options_;
    Action action_;
};

TEST_F(HelpTest, EveryOptionDescribesItselfAndItsValue) {
    each_command(app_, [](const args::Command &command) {
        EXPECT_THAT(command.description(), Not(IsEmpty()));
        for (const auto &option : option_texts(command)) {
            EXPECT_THAT(option.description, Not(IsEmpty())) << option.names.back();
        }
    });
}

TEST_F(HelpTest, EveryCommandHasProseAndExamples) {
    each_command(app_, [](const args::Command &command) {
        if (!commands_below(command).empty() && command.parent() != nullptr)
            return;
        EXPECT_THAT(page(page_name(command)).lead, Not(IsEmpty())) << page_name(command);
        EXPECT_THAT(page(page_name(command)).examples, HasSubstr("    berth "))
            << page_name(command);
    });
}

TEST_F(HelpTest, OfACommand) {
    EXPECT_THAT(help("rm"),
                AllOf(StartsWith("Usage:  berth rm [OPTIONS] [BUILDER...]\n\nRemove one"),
                      HasSubstr("\n  -f, --force                 Do not prompt"),
                      HasSubstr("\nGlobal options:\n      --builder BUILDER "),
                      HasSubstr("Examples:\n\n    berth rm work\n"), Not(HasSubstr("`"))));
}

TEST_F(HelpTest, AsItIsTyped) {
    EXPECT_THAT(help("rm", "docker buildx"), AllOf(StartsWith("Usage:  docker buildx rm "),
                                                   HasSubstr("\n    docker buildx rm work\n")));
    EXPECT_THAT(help("", "docker buildx"), HasSubstr("'docker buildx COMMAND --help' shows more"));
}

TEST_F(HelpTest, WrapsALongTextInItsColumn) {
    for (const auto &line : split(help("create"), '\n'))
        EXPECT_LE(line.size(), 110u) << line;
}

} // namespace
} // namespace berth::cli
