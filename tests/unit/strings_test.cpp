// SPDX-License-Identifier: Apache-2.0
#include "berth/process/real_runner.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(StringsTest, SplitsAndJoins) {
    EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
    EXPECT_THAT(split("", ','), ElementsAre(""));
    EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
    EXPECT_EQ(join({}, ","), "");
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim(" \n"), "");
    EXPECT_EQ(lower("AbÄ9"), "abÄ9");
    EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
    EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

TEST(StringsTest, ReadsBooleansAndNumbers) {
    for (auto text : {"1", "t", "T", "TRUE", "true", "True"})
        EXPECT_EQ(parse_bool(text), true) << text;
    for (auto text : {"0", "f", "F", "FALSE", "false", "False"})
        EXPECT_EQ(parse_bool(text), false) << text;
    for (auto text : {"", "yes", "tRUE", "2", " 1"})
        EXPECT_FALSE(parse_bool(text)) << text;
    EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<long long>::min());
    EXPECT_EQ(parse_integer("+7"), 7);
    for (auto text : {"", "+", "-", "+-1", "1 ", " 1", "1.0", "0x1", "9223372036854775808"})
        EXPECT_FALSE(parse_integer(text)) << text;
}

// https://pkg.go.dev/encoding/csv
TEST(StringsTest, ReadsCsvLikeGo) {
    EXPECT_THAT(parse_csv("a=1,b=2"), ElementsAre("a=1", "b=2"));
    EXPECT_THAT(parse_csv("\"env.NO_PROXY=a,b\",image=x"),
                ElementsAre("env.NO_PROXY=a,b", "image=x"));
    EXPECT_THAT(parse_csv("\"say \"\"hi\"\"\""), ElementsAre("say \"hi\""));
    EXPECT_THAT(parse_csv("a,,"), ElementsAre("a", "", ""));
    for (const auto *text : {"a,b\n", "a,b\r\n", "a,\"b\"\n"})
        EXPECT_THAT(parse_csv(text), ElementsAre("a", "b"));
    EXPECT_THAT(parse_csv("a,b\n\n"), ElementsAre("a", "b\n"));
    EXPECT_THAT(parse_csv("a,b\r"), ElementsAre("a", "b\r"));
    EXPECT_THAT(parse_csv("\"\""), ElementsAre(""));
    EXPECT_THAT(parse_csv(" a, b "), ElementsAre(" a", " b "));
    EXPECT_THAT(parse_csv("\"a\nb\""), ElementsAre("a\nb"));
    EXPECT_THAT(parse_csv("a\nb,c"), ElementsAre("a\nb", "c")); // as docker buildx 0.29.1
    EXPECT_THAT(parse_csv(""), ElementsAre(""));
    struct Case {
        const char *text, *message;
    };
    for (auto [text, message] :
         {Case{"a\"b", "in the middle"}, Case{"env.A=\"x\"", "in the middle"},
          Case{"\"a", "not closed"}, Case{"\"a\"b", "must follow"}, Case{"x,\"", "not closed"}}) {
        try {
            parse_csv(text);
            ADD_FAILURE() << text << " was taken";
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr(message));
            EXPECT_EQ(error.code(), ExitCode::usage);
        }
    }
}

TEST(StringsTest, FindsTheNearestWord) {
    std::vector<std::string> words = {"memory", "memory-swap", "image", "network"};
    EXPECT_EQ(nearest("memroy", words), "memory");
    EXPECT_EQ(nearest("imag", words), "image");
    EXPECT_EQ(nearest("memory-swpa", words), "memory-swap");
    EXPECT_EQ(nearest("zzz", words), "");
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest("x", {}), "");
    EXPECT_EQ(nearest("l", {"ls"}), "ls");
}

TEST(StringsTest, AShellReadsBackWhatWasQuoted) {
    std::string all;
    for (int byte = 1; byte < 256; ++byte)
        all += static_cast<char>(byte);
    process::Cancellation cancellation;
    process::RealRunner runner(cancellation);
    for (const std::string &word :
         {all, std::string("plain"), std::string(""), std::string("it's"), std::string("a b"),
          std::string("$HOME `x` \"y\" \\ !"), std::string("--opt=a,b"), std::string("~"),
          std::string("a=b"), std::string("\n"), std::string("*"), std::string("#x")}) {
        auto outcome = runner.run({.argv = {"sh", "-c", "printf %s " + shell_quote(word)}});
        EXPECT_EQ(outcome.out, word);
    }
    EXPECT_EQ(shell_quote("docker-run_1.2/x:y"), "docker-run_1.2/x:y");
    EXPECT_EQ(shell_quote("\x1b[31m it's \\"), R"x("$(printf %b '\0033[31m it\0047s \0134')")x");
    // As a command's first word, too: no assignment.
    EXPECT_TRUE(runner.run({.argv = {"sh", "-c", shell_quote("a b") + " || true"}}).ok());
}

TEST(StringsTest, ShowsCharactersThatReorderOrBreakALine) {
    EXPECT_EQ(printable("a\u202eb\u2066c\u2069"), "a\\u202eb\\u2066c\\u2069");
    EXPECT_EQ(printable("\u061c\u200e\u200f\u2028"), "\\u061c\\u200e\\u200f\\u2028");
    EXPECT_EQ(printable("\u2026 \u05d0 \u20ac \u206f"), "\u2026 \u05d0 \u20ac \u206f");
    EXPECT_EQ(printable("\xe2\x80"), "\xe2\x80");
}

TEST(StringsTest, JoinsLines) {
    EXPECT_EQ(one_line("  a\n\n b\r\n"), "a; b");
    EXPECT_EQ(one_line("\n"), "");
}

TEST(StringsTest, ShowsControlCharacters) {
    EXPECT_EQ(printable("a\x1b[31mb\n\t\x7f é"), "a\\x1b[31mb\\x0a\\x09\\x7f é");
    EXPECT_EQ(printable("a\n\tb\r", true), "a\n\tb\\x0d");
    EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
    // C1 controls in UTF-8 are escapes for a terminal, too.
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\xc2\\x9b31m");
    EXPECT_EQ(printable("\xc2\xa9"), "\xc2\xa9");
}

} // namespace
} // namespace berth
