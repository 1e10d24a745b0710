// SPDX-License-Identifier: Apache-2.0
// The tables of tests/data/hcl: berth's result for each text must equal HCL's.
#include "berth/hcl/body.hpp"

#include "hcl_rows.hpp"

#include <gtest/gtest.h>

#include <functional>

using namespace berth;
using namespace berth::hcl;

namespace {

std::string flattened(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;)
        text.replace(at, 1, "\\n");
    return text;
}

std::string evaluated(const ExpressionPtr &expression, Diagnostics &diagnostics) {
    if (has_errors(diagnostics))
        return "";
    const Context context = sample_context();
    std::string result = shown(expression->evaluate(&context, diagnostics));
    for (const Traversal &variable : expression->variables())
        result += " " + variable.root_name();
    return result;
}

std::string outcome(const std::string &result, const Diagnostics &diagnostics) {
    return flattened(result + " || " + shown(diagnostics));
}

std::string of_expression(const std::string &text) {
    Diagnostics diagnostics;
    const ExpressionPtr expression = parse_expression(text, "f", {}, diagnostics);
    return outcome(evaluated(expression, diagnostics), diagnostics);
}

std::string of_template(const std::string &text) {
    Diagnostics diagnostics;
    const ExpressionPtr expression = parse_template(text, "f", {}, diagnostics);
    return outcome(evaluated(expression, diagnostics), diagnostics);
}

std::string of_type(const std::string &text) {
    Diagnostics diagnostics;
    const ExpressionPtr expression = parse_expression(text, "f", {}, diagnostics);
    std::string result;
    if (!has_errors(diagnostics)) {
        const Type type = type_constraint(*expression, diagnostics);
        if (!has_errors(diagnostics))
            result = type_text(type) + " | " + type.friendly_name_for_constraint();
    }
    return outcome(result, diagnostics);
}

std::string of_body(const Body &body, Diagnostics &diagnostics) {
    const Schema schema{.attributes = {{"a"}, {"b"}, {"req"}},
                        .blocks = {{"blk", {"name"}}, {"plain", {}}, {"two", {"x", "y"}}}};
    const Context context = sample_context();
    const Content content = body.content(schema, diagnostics);
    std::string result;
    for (const auto &[name, attribute] : content.attributes)
        result += fmt::format("{}={}[{}][{}] ", name,
                              shown(attribute.expression->evaluate(&context, diagnostics)),
                              shown(attribute.range), shown(attribute.name_range));
    for (const BlockPtr &block : content.blocks) {
        std::string labels;
        for (const std::string &label : block->labels)
            labels += (labels.empty() ? "" : " ") + nlohmann::json(label).dump();
        result += fmt::format("{}[{}][{}]{{{}}}", block->type, labels,
                              shown(block->definition_range), of_body(*block->body, diagnostics));
    }
    return result;
}

std::string of_file(const std::string &text) {
    Diagnostics diagnostics;
    const File file = parse_native(text, "f", diagnostics);
    const std::string result = has_errors(diagnostics) ? "" : of_body(*file.body, diagnostics);
    return outcome(result, diagnostics);
}

std::string of_json_file(const std::string &text) {
    Diagnostics diagnostics;
    const File file = parse_json(text, "f", diagnostics);
    if (has_errors(diagnostics)) // HCL goes on after the first one, and seldom reports sense then
        return " || " + diagnostics.front().summary;
    const std::string result = of_body(*file.body, diagnostics);
    return outcome(result, diagnostics);
}

void compare(const std::string &table,
             const std::function<std::string(const std::string &)> &made) {
    const auto rows = rows_of(table);
    ASSERT_FALSE(rows.empty());
    for (const auto &[text, expected] : rows)
        EXPECT_EQ(made(text), expected) << table << ": " << text;
}

TEST(HclTableTest, Expressions) {
    compare("expressions.jsonl", of_expression);
}
TEST(HclTableTest, Templates) {
    compare("templates.jsonl", of_template);
}
TEST(HclTableTest, TypeExpressions) {
    compare("types.jsonl", of_type);
}
TEST(HclTableTest, Files) {
    compare("files.jsonl", of_file);
}
TEST(HclTableTest, JsonFiles) {
    compare("json_files.jsonl", of_json_file);
}

} // namespace
