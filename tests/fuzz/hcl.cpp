// SPDX-License-Identifier: Apache-2.0
// Definitions in HCL and in its JSON syntax: parsed, decoded by a schema, evaluated, with errors
// rendered.
#include "berth/hcl/body.hpp"
#include "berth/hcl/closures.hpp"
#include "berth/hcl/convert.hpp"
#include "berth/hcl/json_value.hpp"
#include "berth/util/error.hpp"

#include "fuzz_input.hpp"

namespace {

using namespace berth;
using namespace berth::hcl;

const Schema &schema() {
    static const Schema schema{.attributes = {{"a"}, {"b"}},
                               .blocks = {{"target", {"name"}}, {"group", {}}}};
    return schema;
}

Context context() {
    Context result;
    result.variables.emplace("v", Value::string("text"));
    result.variables.emplace("l", Value::list({Value::number(1), Value::number(2)}));
    result.variables.emplace("u", Value::unknown(Type::string()));
    result.functions = {
        {"try", try_function()}, {"can", can_function()}, {"convert", convert_function()}};
    return result;
}

void evaluate(const Expression &expression, const Context &context, Diagnostics &diagnostics) {
    expression.variables();
    expression.function_calls();
    keyword_of(expression);
    Diagnostics ignored;
    type_constraint(expression, ignored);
    try {
        const Value value = expression.evaluate(&context, diagnostics);
        type_text(value.type());
        convert(value, Type::list(Type::string()));
        to_json(value);
    } catch (const Error &) {
        // a value that does not convert, a number that is too long
    }
}

void walk(const Body &body, const Context &context, Diagnostics &diagnostics) {
    const Content content = body.content(schema(), diagnostics);
    for (const auto &[name, attribute] : content.attributes)
        evaluate(*attribute.expression, context, diagnostics);
    for (const BlockPtr &block : content.blocks)
        walk(*block->body, context, diagnostics);
    Diagnostics ignored;
    body.just_attributes(ignored);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string input(fuzz::bytes(data, size));
    const Context variables = context();
    for (const bool json : {false, true}) {
        Diagnostics diagnostics;
        const File file = json ? parse_json(input, "bake", diagnostics)
                               : parse_native(input, "bake", diagnostics);
        walk(*file.body, variables, diagnostics);
        render(diagnostics, {{"bake", input}});
    }
    Diagnostics diagnostics;
    if (const ExpressionPtr whole = parse_template(input, "bake", {}, diagnostics))
        evaluate(*whole, variables, diagnostics);
    return 0;
}
