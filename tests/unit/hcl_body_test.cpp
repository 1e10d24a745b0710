// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/body.hpp"

#include "hcl_rows.hpp"

#include <gtest/gtest.h>

using namespace berth;
using namespace berth::hcl;

namespace {

const Schema schema{.attributes = {{"a"}, {"b"}}, .blocks = {{"target", {"name"}}}};

BodyPtr native(const std::string &text, const std::string &name = "f") {
    Diagnostics diagnostics;
    BodyPtr body = parse_native(text, name, diagnostics).body;
    EXPECT_TRUE(diagnostics.empty()) << diagnostics_text(diagnostics);
    return body;
}

BodyPtr json(const std::string &text) {
    Diagnostics diagnostics;
    BodyPtr body = parse_json(text, "f", diagnostics).body;
    EXPECT_TRUE(diagnostics.empty()) << diagnostics_text(diagnostics);
    return body;
}

std::string names(const Attributes &attributes) {
    std::string result;
    for (const auto &[name, attribute] : attributes)
        result += name + " ";
    return result;
}

TEST(HclBodyTest, KeepsNamesThatASchemaLacks) {
    for (const BodyPtr &body :
         {native("a = 1\nc = 2\ntarget \"x\" {}\nvariable \"y\" {}\n"),
          json(R"({"a": 1, "c": 2, "target": {"x": {}}, "variable": {"y": {}}})")}) {
        Diagnostics diagnostics;
        const PartialContent first = body->partial_content(schema, diagnostics);
        EXPECT_EQ(names(first.content.attributes), "a ");
        ASSERT_EQ(first.content.blocks.size(), 1U);
        EXPECT_EQ(first.content.blocks[0]->labels, std::vector<std::string>{"x"});
        const PartialContent second = first.rest->partial_content(
            {.attributes = {{"a"}, {"c"}}, .blocks = {{"variable", {"name"}}}}, diagnostics);
        EXPECT_EQ(names(second.content.attributes), "c "); // a is taken
        EXPECT_EQ(second.content.blocks.size(), 1U);
        EXPECT_TRUE(diagnostics.empty());
    }
}

TEST(HclBodyTest, RequiresRequiredAttributes) {
    const Schema required{.attributes = {{"a", true}}, .blocks = {}};
    for (const BodyPtr &body : {native(""), json("{}")}) {
        Diagnostics diagnostics;
        body->content(required, diagnostics);
        ASSERT_EQ(diagnostics.size(), 1U);
        EXPECT_EQ(diagnostics[0].summary, "Missing required argument");
    }
}

TEST(HclBodyTest, SuggestsSimilarNames) {
    Diagnostics diagnostics;
    native("tagret \"x\" {}\n")->content(schema, diagnostics);
    ASSERT_EQ(diagnostics.size(), 1U);
    EXPECT_EQ(diagnostics[0].detail,
              "Blocks of type \"tagret\" are not expected here. Did you mean \"target\"?");
}

TEST(HclBodyTest, ReturnsOnlyAttributesBesideBlocks) {
    Diagnostics diagnostics;
    const Attributes attributes = native("a = 1\nx {}\nb = 2\n")->just_attributes(diagnostics);
    EXPECT_EQ(names(attributes), "a b ");
    ASSERT_EQ(diagnostics.size(), 1U);
    EXPECT_EQ(diagnostics[0].summary, "Unexpected \"x\" block");
    EXPECT_EQ(diagnostics[0].detail, "Blocks are not allowed here.");
}

TEST(HclBodyTest, MergesFiles) {
    const BodyPtr merged = merge({native("a = 1\ntarget \"x\" {}\n", "one"),
                                  native("a = 2\ntarget \"y\" {}\nb = 3\n", "two")});
    Diagnostics diagnostics;
    const Content content = merged->content(schema, diagnostics);
    ASSERT_EQ(content.blocks.size(), 2U);
    EXPECT_EQ(content.blocks[1]->labels[0], "y");
    EXPECT_EQ(content.attributes.at("a").range.file, "two"); // the last one
    ASSERT_EQ(diagnostics.size(), 1U);
    EXPECT_EQ(diagnostics[0].text(),
              "two:1,1-2: Duplicate argument; Argument \"a\" was already set at one:1,1-2");
}

TEST(HclBodyTest, FiltersByName) {
    const BodyPtr body = native("a = 1\nb = 2\ntarget \"x\" {}\n");
    Diagnostics diagnostics;
    const Content one =
        only(body, {.attributes = {{"a"}}, .blocks = {}})->content(schema, diagnostics);
    EXPECT_EQ(names(one.attributes), "a ");
    EXPECT_TRUE(one.blocks.empty());
    const Content others =
        without(body, {.attributes = {{"a"}}, .blocks = {}})->content(schema, diagnostics);
    EXPECT_EQ(names(others.attributes), "b ");
    EXPECT_EQ(others.blocks.size(), 1U);
    EXPECT_TRUE(diagnostics.empty());
}

TEST(HclBodyTest, ReportsSeveralErrorsAtOnce) {
    Diagnostics diagnostics;
    parse_native("a = [1 2]\nb = \ntarget \"x\" {\n  c = 'y'\n}\n", "f", diagnostics);
    EXPECT_EQ(shown(diagnostics), "Invalid character [4,7-4,8] ; Missing item separator [1,8-1,9]");
}

TEST(HclBodyTest, BoundsDepthAndSize) {
    const auto first_error = [](const std::string &text, bool as_json) {
        Diagnostics diagnostics;
        if (as_json)
            parse_json(text, "f", diagnostics);
        else
            parse_native(text, "f", diagnostics);
        return diagnostics.empty() ? "" : diagnostics.front().summary;
    };
    const auto repeated = [](const std::string &text, int count) {
        std::string result;
        for (int i = 0; i < count; ++i)
            result += text;
        return result;
    };
    EXPECT_EQ(first_error("a = " + repeated("[", 300) + repeated("]", 300), false), "");
    for (const std::string open : {"[", "(", "{a=", "-", "!", "f(", "\"${", "t?1:", "[for x in "})
        EXPECT_EQ(first_error("a = " + repeated(open, 100'000), false), "Nesting too deep") << open;
    for (const std::string step : {"[x]", "[*]"})
        EXPECT_EQ(first_error("a = b" + repeated(step, 100'000), false), "Nesting too deep")
            << step;
    EXPECT_EQ(first_error(repeated("b {\n", 100'000), false), "Nesting too deep");
    EXPECT_EQ(first_error("a = \"" + repeated("%{if t}", 100'000) + "\"", false),
              "Nesting too deep");
    EXPECT_EQ(first_error(repeated("[", 100'000), true), "Nesting too deep");
    EXPECT_EQ(first_error(std::string((16U << 20U) + 1, '\n'), false), "File too large");
    EXPECT_EQ(first_error(std::string((16U << 20U) + 1, ' '), true), "File too large");
}

TEST(HclBodyTest, EvaluatesLongChainsOfOperators) {
    std::string text = "1";
    for (int i = 0; i < 100'000; ++i)
        text += "+1";
    Diagnostics diagnostics;
    const ExpressionPtr sum = parse_expression(text, "f", {}, diagnostics);
    EXPECT_EQ(shown(sum->evaluate(nullptr, diagnostics)), "100001 : number");
}

} // namespace
