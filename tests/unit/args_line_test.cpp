// SPDX-License-Identifier: Apache-2.0
// Parsing of command lines by the rules of spf13/pflag and spf13/cobra.
#include "berth/args/line.hpp"
#include "berth/args/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::args {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

class ArgsLineTest : public ::testing::Test {
  protected:
    ArgsLineTest() {
        add_value(root_, "--builder", builder_, "").inherit();
        add_switch(root_, "-D,--debug", debug_, "").inherit();
        add_switch(root_, "--version", version_, "");
        auto *build = root_.add_command("build", "");
        build->alias("b");
        add_value(*build, "-f,--file", file_, "");
        add_switch(*build, "-q,--quiet", quiet_, "");
        add_repeated(*build, "-t,--tag", tags_, "");
        add_list(*build, "--add-host", hosts_, "");
        add_size(*build, "--size,--old-size", size_, "");
        add_duration(*build, "--timeout", timeout_, "");
        build->take_arguments("PATH", arguments_);
        auto *rm = root_.add_command("rm", "");
        rm->take_arguments("[BUILDER...]", arguments_);
        root_.add_command("ls", "");
        root_.add_command("inspect", "")->take_arguments("[BUILDER]", arguments_);
        auto *context = root_.add_command("context", "");
        context->add_command("ls", "")->take_arguments("[PATH]", arguments_);
    }

    Line read(const Words &words) {
        auto line = read_line(root_, words);
        store_line(line);
        check_arguments(*line.command, line.arguments);
        return line;
    }
    std::string problem(const Words &words) {
        try {
            read(words);
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ExitCode::usage);
            return error.what();
        }
        return {};
    }

    Command root_{"berth", ""};
    std::string builder_, file_;
    bool debug_ = false, version_ = false, quiet_ = false;
    Words tags_, hosts_, arguments_;
    std::int64_t size_ = 0;
    std::chrono::nanoseconds timeout_{};
};

TEST_F(ArgsLineTest, AnArgumentIsNotACommand) {
    for (const auto *name : {"build", "b", "rm", "ls", "inspect", "context"}) {
        EXPECT_EQ(read({"build", name}).command->name(), "build");
        EXPECT_THAT(arguments_, ElementsAre(name));
        EXPECT_EQ(read({"inspect", name}).command->name(), "inspect");
        EXPECT_EQ(read({"rm", "x", name}).command->name(), "rm");
        EXPECT_THAT(arguments_, ElementsAre("x", name));
        EXPECT_EQ(read({"build", "-t", name, "-f", name, "."}).command->name(), "build");
        EXPECT_EQ(file_, name);
        EXPECT_EQ(command_path(*read({"context", "ls", name}).command), "context ls");
        EXPECT_EQ(read({"--builder", name, "ls"}).command->name(), "ls");
        EXPECT_EQ(builder_, name);
    }
}

TEST_F(ArgsLineTest, FormsOfValues) {
    for (const auto &words : {Words{"--file", "x"},
                              {"--file=x"},
                              {"-f", "x"},
                              {"-fx"},
                              {"-f=x"},
                              {"-qfx"},
                              {"-qf", "x"},
                              {"-qf=x"},
                              {"-f", "y", "-f", "x"}}) {
        file_.clear();
        auto line = words;
        line.insert(line.begin(), "build");
        line.emplace_back(".");
        read(line);
        EXPECT_EQ(file_, "x") << words.front();
        EXPECT_THAT(arguments_, ElementsAre("."));
    }
    read({"build", "-f", "--quiet", "-t=", "--file=", "."});
    EXPECT_THAT(tags_, ElementsAre("="));
    EXPECT_EQ(file_, "");
    read({"build", ".", "--file", "-q"});
    EXPECT_EQ(file_, "-q");
    read({"build", "--file=a=b", "."});
    EXPECT_EQ(file_, "a=b");
}

TEST_F(ArgsLineTest, Switches) {
    for (const auto *word : {"-q", "--quiet", "-q=true", "-q=1", "--quiet=T", "-qD"}) {
        quiet_ = false;
        read({"build", word, "."});
        EXPECT_TRUE(quiet_) << word;
    }
    for (const auto *word : {"--quiet=false", "-q=0", "--quiet=F"}) {
        quiet_ = true;
        read({"build", word, "."});
        EXPECT_FALSE(quiet_) << word;
    }
    for (const auto *value : {"", "y", "on", "no", "9", "-1", "yes", "tRUE"})
        EXPECT_THAT(problem({"build", std::string("--quiet=") + value, "."}),
                    AllOf(HasSubstr("\"-q, --quiet\" flag"), HasSubstr("ParseBool")));
    read({"build", "--quiet", "false"});
    EXPECT_THAT(arguments_, ElementsAre("false"));
    EXPECT_THAT(problem({"build", "-q=", "."}), HasSubstr("unknown shorthand flag: '=' in -="));
}

TEST_F(ArgsLineTest, ArgumentsAreKeptUnchanged) {
    read({"rm", "[]", "[z,y]", "++", "-", "", "{a}", "a,b"});
    EXPECT_THAT(arguments_, ElementsAre("[]", "[z,y]", "++", "-", "", "{a}", "a,b"));
    read({"rm", "a", "--", "-D", "--", "b"});
    EXPECT_THAT(arguments_, ElementsAre("a", "-D", "--", "b"));
    read({"build", "-t", "[a,b]", "-t", "", "."});
    EXPECT_THAT(tags_, ElementsAre("[a,b]", ""));
}

TEST_F(ArgsLineTest, InheritedOptionsMayBeAnywhere) {
    read({"-D", "rm", "--builder", "z"});
    EXPECT_TRUE(debug_);
    EXPECT_EQ(builder_, "z");
    read({"--builder=", "rm"});
    EXPECT_EQ(builder_, "");
    EXPECT_THAT(arguments_, IsEmpty());
    EXPECT_THAT(problem({"rm", "--version"}), "unknown flag: --version");
}

TEST_F(ArgsLineTest, MalformedLinesStoreNothing) {
    EXPECT_EQ(problem({"rm", "---builder", "z"}), "bad flag syntax: ---builder");
    EXPECT_EQ(problem({"rm", "---"}), "bad flag syntax: ---");
    EXPECT_EQ(problem({"rm", "--=x"}), "bad flag syntax: --=x");
    EXPECT_EQ(problem({"rm", "--!"}), "unknown flag: --!");
    EXPECT_EQ(problem({"rm", "-- force"}), "unknown flag: -- force");
    EXPECT_EQ(problem({"rm", "-x"}), "unknown shorthand flag: 'x' in -x");
    EXPECT_EQ(problem({"build", "-qx", "."}), "unknown shorthand flag: 'x' in -x");
    EXPECT_EQ(problem({"build", ".", "--file"}), "flag needs an argument: --file");
    EXPECT_EQ(problem({"build", ".", "-f"}), "flag needs an argument: 'f' in -f");
    EXPECT_EQ(problem({"nope"}), "unknown command: \"nope\"");
    EXPECT_EQ(problem({"context", "nope"}), "unknown command: \"context nope\"");
    EXPECT_EQ(problem({"--", "rm"}), "unknown command: \"rm\"");
    EXPECT_EQ(problem({"build"}), "'berth build' requires 1 argument");
    EXPECT_EQ(problem({"inspect", "a", "b"}), "'berth inspect' requires at most 1 argument");
    EXPECT_EQ(problem({"ls", "a"}), "'berth ls' requires 0 arguments");
    builder_ = "before";
    problem({"rm", "--builder", "z", "--nope"});
    EXPECT_EQ(builder_, "before");
}

TEST_F(ArgsLineTest, TypedValues) {
    read({"build", "--size", "1.5m", "--old-size=2k", "--timeout", "-5s", "."});
    EXPECT_EQ(size_, 2048);
    EXPECT_EQ(timeout_, std::chrono::seconds(-5));
    EXPECT_EQ(problem({"build", "--size", "", "."}),
              "invalid argument \"\" for \"--size, --old-size\" flag: invalid size: ''");
    EXPECT_EQ(problem({"build", "--timeout", "", "."}),
              "invalid argument \"\" for \"--timeout\" flag: time: invalid duration \"\"");
    read({"build", "--add-host", "a:1,b:2", "--add-host", "", "--add-host", "\"c:3,4\"\nd:5", "."});
    EXPECT_THAT(hosts_, ElementsAre("a:1", "b:2", "c:3,4"));
    EXPECT_THAT(problem({"build", "--add-host", "\"a", "."}), HasSubstr("--add-host"));
}

TEST_F(ArgsLineTest, ReportsMissingValuesForCompletion) {
    auto line = read_line(root_, {"build", "--nope", "x", "-qf"});
    ASSERT_NE(line.expects_value, nullptr);
    EXPECT_EQ(line.expects_value->long_name(), "--file");
    EXPECT_THAT(line.arguments, ElementsAre("x"));
    EXPECT_TRUE(line.problem);
}

} // namespace
} // namespace berth::args
