// SPDX-License-Identifier: Apache-2.0
// .dockerignore: the table of ignore_rows.hpp, errors, and cases that the table cannot express.
#include "berth/context/ignore.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "ignore_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace berth::context {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> words(std::string_view text) {
    auto parts = split(text, ' ');
    std::erase(parts, "");
    return parts;
}

// The files of a tree that a walk with these patterns excludes.
std::vector<std::string> left_out(const std::string &ignore, std::string_view tree) {
    auto patterns = IgnorePatterns::parse(ignore, ".dockerignore");
    auto keeps = [&](const std::string &path) {
        auto decision = patterns.root();
        for (std::size_t slash = path.find('/');; slash = path.find('/', slash + 1)) {
            auto part = path.substr(0, slash);
            decision = patterns.decide(part, decision);
            if (slash == std::string::npos)
                return !decision.excluded;
            if (decision.excluded && !patterns.may_include_below(part))
                return false;
        }
    };
    auto paths = words(tree);
    std::erase_if(paths, keeps);
    return paths;
}

class IgnoreTableTest : public ::testing::TestWithParam<IgnoreRow> {};

TEST_P(IgnoreTableTest, ExcludesTheSameAsBuildKit) {
    std::string_view expected = GetParam().left_out;
    if (expected.starts_with(everything)) {
        auto kept = words(expected.substr(std::string_view(everything).size()));
        auto rest = words(GetParam().tree);
        std::erase_if(rest, [&](const auto &p) {
            return std::find(kept.begin(), kept.end(), p) != kept.end();
        });
        EXPECT_EQ(left_out(GetParam().ignore, GetParam().tree), rest);
    } else {
        EXPECT_EQ(left_out(GetParam().ignore, GetParam().tree), words(expected));
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, IgnoreTableTest, ::testing::ValuesIn(ignore_rows));

TEST(IgnoreErrorTest, NamesFileLineAndPattern) {
    struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"a\n[", ".dockerignore:2: malformed pattern \"[\""},
        {"[]", "malformed pattern"},
        {"[]a]", "malformed pattern"},
        {"[-a]", "malformed pattern"},
        {"[a-]", "malformed pattern"},
        {"[^]", "malformed pattern"},
        {"a/[b", "malformed pattern"},
        {"[z-a]", "a range in [...] runs backwards"},
        {"a\\", "a \\ at the end escapes nothing"},
        {"!a\\ ", "a \\ at the end escapes nothing"},
        {"src\\quux", "\\ before this letter"},
        {"\n\n!\n", ".dockerignore:3: the pattern \"!\" names no file to re-include"},
        {"!  ", "names no file to re-include"},
        {"!/", "names no file to re-include"},
        {"\x1b[2J[", "malformed pattern \"\\x1b[2J[\""},
    };
    for (const auto &c : cases) {
        try {
            IgnorePatterns::parse(c.text, ".dockerignore");
            ADD_FAILURE() << "accepted: " << c.text;
        } catch (const Error &error) {
            EXPECT_THAT(error.what(), HasSubstr(c.message));
            EXPECT_FALSE(error.hint().empty());
        }
    }
    for (const auto *text : ignore_errors)
        EXPECT_THROW(IgnorePatterns::parse(text, "f"), Error) << text;
    EXPECT_THROW(IgnorePatterns::parse(std::string(70'000, 'a'), "x"), Error);
}

TEST(IgnoreRuleTest, ReportsTheDecidingLine) {
    auto patterns = IgnorePatterns::parse("# comment\n*.o\n\n!keep.o\n", ".dockerignore");
    auto excluded = patterns.decide("x.o", patterns.root());
    EXPECT_TRUE(excluded.excluded);
    EXPECT_EQ(patterns.text(excluded.rule), "*.o");
    EXPECT_EQ(patterns.line(excluded.rule), 2);
    auto kept_again = patterns.decide("keep.o", patterns.root());
    EXPECT_FALSE(kept_again.excluded);
    EXPECT_EQ(patterns.line(kept_again.rule), 4);
    EXPECT_EQ(patterns.decide("x.c", patterns.root()).rule, -1);
}

TEST(IgnoreRuleTest, EntersAnExcludedDirectoryOnlyForExceptions) {
    auto patterns = IgnorePatterns::parse("*\n!src/*/keep\n!*.md\n!docs/**\n", "f");
    EXPECT_TRUE(patterns.may_include_below("src"));
    EXPECT_TRUE(patterns.may_include_below("src/a"));
    EXPECT_TRUE(patterns.may_include_below("docs/a/b"));
    EXPECT_FALSE(patterns.may_include_below("src/a/b"));
    EXPECT_FALSE(patterns.may_include_below("node_modules"));
    EXPECT_TRUE(IgnorePatterns::parse("*\n!**/keep", "f").may_include_below("a/b"));
    EXPECT_FALSE(IgnorePatterns::parse("*", "f").may_include_below("a"));
}

TEST(PathPatternTest, Matches) {
    struct {
        const char *pattern;
        const char *path;
        bool matches;
    } cases[] = {
        {"a", "a", true},
        {"a", "a/b", false}, // the caller's work, see decide()
        {"*", "a/b", false},
        {"**", "a/b", true},
        {"a**b", "ab", true},
        {"a**b", "axb", false},
        {"a**b", "ax/b", true},
        {"**b", "xb", true},
        {"**b*", "xb", false},
        {"[[:digit:]]", "7", true},
        {"[\\d]x", "7x", true},
        {"\\Ax", "x", true},
        {"x^*", "x^y", false}, // `^` is Go's anchor in a pattern with wildcards ...
        {"x^", "x^", true},    // ... and itself in one without
        {"[*]", "*", false},   // `*` becomes `[^/]*` before the class is read
        {"[*]", "[]", true},
        {"?", "\xc3\xbc", true},
        {"?", "\xff", true},
        {"??", "\xc3\xbc", false},
        {"[\xc3\xa4-\xc3\xbc]x", "\xc3\xb6x", true},
        {"a?b", "a\nb", true},
        {"a/**/c", "a/\n/c", false}, // Go's `.` does not match a newline
    };
    for (const auto &c : cases)
        EXPECT_EQ(pattern_matches(c.pattern, c.path), c.matches) << c.pattern << " " << c.path;
}

// The number of matches a test may take is generous: it is about seconds against milliseconds.
TEST(IgnoreSpeedTest, HostilePatternsTakeNoLongerThanOthers) {
    auto started = std::chrono::steady_clock::now();
    std::string path(4000, 'a');
    std::string many_stars;
    std::string many_globstars;
    for (int i = 0; i < 40; ++i) {
        many_stars += "*a";
        many_globstars += "**/";
    }
    EXPECT_FALSE(pattern_matches(many_stars + "b", path));
    EXPECT_FALSE(pattern_matches(many_globstars + "x", path + "/y"));
    std::string deep;
    for (int i = 0; i < 1000; ++i)
        deep += "a/";
    EXPECT_FALSE(pattern_matches(many_globstars + "[a-b]?", deep + "xyz"));
    EXPECT_TRUE(pattern_matches(many_globstars + "[x]yz", deep + "xyz"));
    std::string long_pattern;
    for (int i = 0; i < 500; ++i)
        long_pattern += "*?";
    EXPECT_TRUE(pattern_matches(long_pattern, std::string(600, 'x')));
    EXPECT_FALSE(pattern_matches(long_pattern, std::string(499, 'x')));
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(3));
}

TEST(CleanPathTest, IsGosFilepathClean) {
    struct {
        const char *path;
        const char *cleaned;
    } cases[] = {{"", "."},           {".", "."},
                 {"./", "."},         {"/", "/"},
                 {"//a//b/", "/a/b"}, {"a/./b", "a/b"},
                 {"a/../b", "b"},     {"a/..", "."},
                 {"../a", "../a"},    {"../../a", "../../a"},
                 {"/../a", "/a"},     {"a/../../b", "../b"}};
    for (const auto &c : cases)
        EXPECT_EQ(clean_path(c.path), c.cleaned) << c.path;
}

} // namespace
} // namespace berth::context
