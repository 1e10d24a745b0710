// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/compose.hpp"
#include "berth/util/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::bake {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::string error_of(const std::string &text) {
    try {
        read_compose({{.name = "compose.yaml", .text = text}}, {});
    } catch (const Error &error) {
        return error.what();
    }
    return {};
}

TEST(BakeComposeTest, RefusesGrowingAliases) {
    std::string text = "a0: &a0 [x, x]\n";
    for (int i = 1; i < 30; i++)
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" +
                std::to_string(i - 1) + ", *a" + std::to_string(i - 1) + "]\n";
    EXPECT_THAT(error_of(text + "services: {a: {build: .}}\n"), HasSubstr("node visit limit"));
}

TEST(BakeComposeTest, RefusesDeepNesting) {
    EXPECT_NE(error_of("services: " + std::string(100000, '[')), "");
    EXPECT_NE(error_of("a: &a [*a]\n"), "");
}

// yaml-cpp reads empty documents without end there.
TEST(BakeComposeTest, RefusesWhatCannotFollowADocument) {
    for (const auto *text : {"{a: 1}, b", "{a},", "---\na: 1\n---\n{\"b\": 2},\"c\"\n"})
        EXPECT_THAT(error_of(text), HasSubstr("did not find expected <document start>")) << text;
}

// docker buildx refuses them too (go.yaml.in/yaml).
TEST(BakeComposeTest, RefusesWhatIsNoTextOfYaml) {
    EXPECT_THAT(
        error_of("services:\n  a:\n    build: 'x\x01y'\n"),
        HasSubstr("compose.yaml: yaml: line 3: control characters are not allowed: U+0001"));
    EXPECT_THAT(error_of("# \xff\nservices: {a: {build: .}}\n"),
                HasSubstr("compose.yaml: yaml: line 1: invalid UTF-8"));
    EXPECT_THAT(
        error_of(std::string("services: {a: {build: .}}\n\0", 27)),
        HasSubstr("compose.yaml: yaml: line 2: control characters are not allowed: U+0000"));
    EXPECT_EQ(error_of("services: {a: {build: '\t\xef\xbf\xbd\x7f\xc2\x85\xf0\x9f\x9a\xa2'}}\n"),
              "");
}

TEST(BakeComposeTest, RefusesCycles) {
    EXPECT_THAT(error_of("services:\n  a: {extends: b, build: .}\n  b: {extends: a}\n"),
                HasSubstr("Circular reference"));
}

TEST(BakeComposeTest, WarnsOfUnsetVariables) {
    auto result =
        read_compose({{.name = "compose.yaml", .text = "services: {a: {build: 'x$NOPE'}}\n"}}, {});
    EXPECT_EQ(result.config.targets.front().context, "x");
    EXPECT_THAT(result.warnings.front(), HasSubstr("\"NOPE\" variable is not set"));
}

TEST(BakeEnvFileTest, ReadsQuotesAndComments) {
    EXPECT_THAT(read_env_file("# c\nA=1 # x\nexport B=\"a\\n$A\"\nC='$A'\nD\nE: y\n", {{"D", "d"}}),
                UnorderedElementsAre(Pair("A", "1"), Pair("B", "a\n1"), Pair("C", "$A"),
                                     Pair("D", "d"), Pair("E", "y")));
}

TEST(BakeEnvFileTest, NamesTheLine) {
    try {
        read_env_file("A=1\nB='x\n", {});
        FAIL();
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "line 2: unterminated quoted value 'x");
    }
}

} // namespace
} // namespace berth::bake
