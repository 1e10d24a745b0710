// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/body.hpp"

#include "hcl_rows.hpp"

#include <gtest/gtest.h>

using namespace berth;
using namespace berth::hcl;

namespace {

ExpressionPtr expression(const std::string &text) {
    Diagnostics diagnostics;
    ExpressionPtr result = parse_expression(text, "f", {}, diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << diagnostics_text(diagnostics);
    return result;
}

ExpressionPtr json_attribute(const std::string &json) {
    Diagnostics diagnostics;
    const File file = parse_json("{\"a\": " + json + "}", "f", diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << diagnostics_text(diagnostics);
    return file.body->just_attributes(diagnostics).at("a").expression;
}

std::string references(const Expression &expression) {
    std::string text;
    for (const Traversal &traversal : expression.variables()) {
        text += text.empty() ? "" : " ";
        for (const TraversalStep &step : traversal.steps)
            text += (step.kind == TraversalStep::Kind::attribute ? "." : "") + step.name +
                    (step.kind == TraversalStep::Kind::index ? "[]" : "");
    }
    return text;
}

TEST(HclExpressionTest, NamesItsVariables) {
    EXPECT_EQ(references(*expression("a.b[0] + c[d] + f(e)")), "a.b[] c d e");
    EXPECT_EQ(references(*expression("[for k, v in x : v.y + k + z]")), "x z");
    EXPECT_EQ(references(*expression("[for v in v : v]")), "v");
    EXPECT_EQ(references(*expression("{a = b, (c) = d, \"${e}\" = 1}")), "b c d e");
    EXPECT_EQ(references(*expression("x[*].y[z]")), "x z");
    EXPECT_EQ(references(*expression("\"%{for v in l}${v}${w}%{endfor}%{if c}x%{endif}\"")),
              "l w c");
    EXPECT_EQ(references(*json_attribute(R"(["${a.b}", {"${c}": "x${d}"}, 1])")), "a.b c d");
}

TEST(HclExpressionTest, NamesTheFunctionsThatItCalls) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(expression("f(g(1), h()...)")->function_calls(), (Names{"f", "g", "h"}));
    EXPECT_EQ(json_attribute(R"j(["${f(1)}", "g(2)"])j")->function_calls(), (Names{"f"}));
}

TEST(HclExpressionTest, IsAKeywordOrAListWithoutEvaluation) {
    EXPECT_EQ(keyword_of(*expression("string")), "string");
    EXPECT_EQ(keyword_of(*expression("a.b")), "");
    EXPECT_EQ(keyword_of(*expression("(a)")), "");
    EXPECT_EQ(keyword_of(*expression("\"a\"")), "");
    EXPECT_EQ(keyword_of(*json_attribute("\"a\"")), "a");
    Diagnostics diagnostics;
    EXPECT_EQ(list_of(*expression("[a, b]"), diagnostics).size(), 2U);
    EXPECT_EQ(list_of(*json_attribute(R"(["a", "b"])"), diagnostics).size(), 2U);
    EXPECT_EQ(call_of(*expression("f(1, 2)"), diagnostics)->arguments.size(), 2U);
    EXPECT_EQ(call_of(*json_attribute("\"list(string)\""), diagnostics)->name, "list");
    EXPECT_EQ(pairs_of(*expression("{a = 1}"), diagnostics).size(), 1U);
    EXPECT_EQ(traversal_of(*expression("a.b[0]"), diagnostics).steps.size(), 3U);
    EXPECT_TRUE(diagnostics.empty());
    list_of(*expression("f()"), diagnostics);
    traversal_of(*expression("a + 1"), diagnostics);
    EXPECT_EQ(shown(diagnostics), "Invalid expression [1,1-1,3] ; Invalid expression [1,1-1,6]");
}

TEST(HclExpressionTest, AllowsNoVariablesWithoutAContext) {
    Diagnostics diagnostics;
    expression("a")->evaluate(nullptr, diagnostics);
    expression("f(1)")->evaluate(nullptr, diagnostics);
    EXPECT_EQ(shown(diagnostics),
              "Variables not allowed [1,1-1,2] ; Function calls not allowed [1,1-1,5]");
    EXPECT_EQ(shown(json_attribute("\"${a}\"")->evaluate(nullptr, diagnostics)),
              "\"${a}\" : string");
}

TEST(HclExpressionTest, SuggestsVariablesOfAllContexts) {
    const Context base = sample_context();
    Context child(&base);
    child.variables.emplace("inner", Value::string("x"));
    Diagnostics diagnostics;
    expression("inne")->evaluate(&child, diagnostics);
    expression("nam")->evaluate(&child, diagnostics);
    ASSERT_EQ(diagnostics.size(), 2U);
    EXPECT_EQ(diagnostics[0].detail,
              "There is no variable named \"inne\". Did you mean \"inner\"?");
    EXPECT_NE(diagnostics[1].detail.find("\"name\""), std::string::npos);
}

TEST(HclExpressionTest, CallsFunctionsOfTheUser) {
    Context context = sample_context();
    Diagnostics diagnostics;
    const ExpressionPtr rest = expression("rest");
    context.functions.insert_or_assign(
        "greet",
        user_function(*expression("[who]"), rest.get(),
                      expression("\"hi ${who} ${length(rest)} ${n}\""), &context, diagnostics));
    EXPECT_EQ(shown(expression("greet(\"x\", 1, 2)")->evaluate(&context, diagnostics)),
              "\"hi x 2 3\" : string");
    EXPECT_TRUE(diagnostics.empty());
    user_function(*expression("[1]"), nullptr, rest, &context, diagnostics);
    EXPECT_EQ(shown(diagnostics), "Invalid param element [1,2-1,3]");
}

TEST(HclExpressionTest, ShowsTheLinesOfAnError) {
    const std::string text = "a = 1\ntarget \"x\" {\n\ttags = [nosuch.tag]\n}\n";
    Diagnostics diagnostics;
    const File file = parse_native(text, "bake.hcl", diagnostics);
    const Content content =
        file.body->content({.attributes = {{"a"}}, .blocks = {{"target", {"name"}}}}, diagnostics);
    const Context context;
    content.blocks[0]
        ->body->just_attributes(diagnostics)
        .at("tags")
        .expression->evaluate(&context, diagnostics);
    EXPECT_EQ(render(diagnostics, {{"bake.hcl", text}}),
              "Error: Unknown variable\n"
              "  on bake.hcl line 3:\n"
              "     3 |  tags = [nosuch.tag]\n"
              "       |          ^^^^^^\n"
              "There is no variable named \"nosuch\".\n");
    EXPECT_EQ(diagnostics_text(diagnostics),
              "bake.hcl:3,10-16: Unknown variable; There is no variable named \"nosuch\".");
}

TEST(HclExpressionTest, RefusesDeeplyNestedValues) {
    Value value = Value::tuple({});
    EXPECT_THROW(for (int i = 0; i < 2000; ++i) value = Value::tuple({value}), Error);
}

TEST(HclValueTest, OrdersSetsAndDropsDuplicates) {
    const Value numbers = Value::set(
        {Value::number(10), Value::number(9), Value::number(10), Value::null(Type::number())});
    EXPECT_EQ(shown(numbers), "[9,10,null] : set(number)");
    EXPECT_EQ(shown(Value::set({Value::string("b"), Value::string("B"), Value::string("a")})),
              "[\"B\",\"a\",\"b\"] : set(string)");
}

TEST(HclValueTest, NormalizesStrings) {
    EXPECT_EQ(Value::string("cafe\xCC\x81").as_string(), "caf\xC3\xA9");
    EXPECT_EQ(Value::string("\xFF").as_string(), "\xFF");
}

TEST(HclValueTest, RefusesMixedCollections) {
    EXPECT_THROW(Value::list({Value::number(1), Value::string("a")}), Error);
    EXPECT_EQ(shown(Value::list({Value::null(), Value::string("a")})),
              "[null,\"a\"] : list(string)");
}

TEST(HclValueTest, ReadsAndWritesJson) {
    const Type type = Type::object({{"a", Type::list(Type::number())}, {"b", Type::dynamic()}});
    const std::string json = R"({"a":[1,0.1],"b":{"value":"<x>","type":"string"}})";
    const Value value = from_json(json, type);
    EXPECT_EQ(to_json(value, type),
              R"({"a":[1,0.1],"b":{"value":"\u003cx\u003e","type":"string"}})");
    EXPECT_EQ(type_text(implied_json_type(R"([1,{"x":null}])")), "tuple([number,object({x=any})])");
    EXPECT_THROW(from_json("[1", Type::list(Type::number())), ConversionError);
    try {
        from_json(R"({"a":["x"]})", type);
        FAIL() << "a list of numbers with a string";
    } catch (const ConversionError &problem) {
        EXPECT_EQ(path_text(problem.path()), ".a[0]");
    }
}

} // namespace
