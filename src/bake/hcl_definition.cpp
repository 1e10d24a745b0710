// SPDX-License-Identifier: Apache-2.0
#include "hcl_definition.hpp"

#include "berth/util/strings.hpp"

#include "hcl_blocks.hpp"
#include "hcl_scope.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::bake {

namespace {

void check(const hcl::Diagnostics &diagnostics) {
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
}

std::string read_description(const hcl::Attributes &attributes) {
    auto found = attributes.find("description");
    if (found == attributes.end())
        return {};
    const auto &expression = *found->second.expression;
    hcl::Diagnostics diagnostics;
    auto value = expression.evaluate(nullptr, diagnostics);
    check(diagnostics);
    if (!value.type().is_string() || value.is_null() || !value.is_known())
        throw hcl::DiagnosticError(
            {hcl::error("Unsuitable value type", "Unsuitable value: string required",
                        expression.start_range(), expression.range())});
    return value.as_string();
}

VariableBlock read_variable(const hcl::Block &block) {
    const hcl::Schema schema{.attributes = {{"type"}, {"default"}, {"description"}},
                             .blocks = {{.type = "validation", .label_names = {}}}};
    hcl::Diagnostics diagnostics;
    auto content = block.body->partial_content(schema, diagnostics).content;
    VariableBlock variable{.name = block.labels.front(), .range = block.body->missing_item_range()};
    variable.description = read_description(content.attributes);
    auto expression = [&content](const char *name) {
        auto found = content.attributes.find(name);
        return found == content.attributes.end() ? hcl::ExpressionPtr() : found->second.expression;
    };
    variable.type = expression("type");
    variable.value = expression("default");
    const hcl::Schema rules{.attributes = {{"condition", false}, {"error_message", false}},
                            .blocks = {}};
    for (const auto &rule : content.blocks) {
        auto inner = rule->body->content(rules, diagnostics);
        auto part = [&](const char *name) {
            auto found = inner.attributes.find(name);
            return found != inner.attributes.end()
                       ? found->second.expression
                       : hcl::literal(hcl::Value(), rule->body->missing_item_range());
        };
        variable.validations.push_back(
            {.condition = part("condition"), .message = part("error_message")});
    }
    check(diagnostics);
    return variable;
}

FunctionBlock read_function(const hcl::Block &block) {
    const hcl::Schema schema{.attributes = {{"params"}, {"variadic_params"}, {"result"}},
                             .blocks = {}};
    hcl::Diagnostics diagnostics;
    auto content = block.body->content(schema, diagnostics);
    check(diagnostics);
    auto attribute = [&content](const char *name) -> std::optional<hcl::Attribute> {
        auto found = content.attributes.find(name);
        if (found == content.attributes.end())
            return {};
        return found->second;
    };
    return {.name = block.labels.front(),
            .parameters = attribute("params"),
            .variadic = attribute("variadic_params"),
            .result = attribute("result"),
            .label_range = block.label_ranges.front(),
            .definition_range = block.definition_range};
}

// Ignores blocks of other programs, and names that several files set.
bool harmless(const hcl::Diagnostic &diagnostic, const std::vector<std::string> &names) {
    if (diagnostic.detail == "Blocks are not allowed here.")
        return true;
    return std::any_of(names.begin(), names.end(), [&](const std::string &name) {
        return diagnostic.detail.starts_with(
            fmt::format("Argument \"{}\" was already set at ", name));
    });
}

class Evaluation {
  public:
    Evaluation(const std::map<std::string, std::string> &builtins,
               const std::map<std::string, std::string> &overrides)
        : builtins_(builtins), scope_(builtins, overrides) {}

    void read(const hcl::Body &body, Definition &definition) {
        const hcl::Schema block_schema{.attributes = {},
                                       .blocks = {{.type = "group", .label_names = {"name"}},
                                                  {.type = "target", .label_names = {"name"}}}};
        const hcl::Schema name_schema{.attributes = {},
                                      .blocks = {{.type = "variable", .label_names = {"name"}},
                                                 {.type = "function", .label_names = {"name"}}}};
        hcl::Diagnostics diagnostics;
        auto definitions = body.partial_content(name_schema, diagnostics);
        check(diagnostics);
        declare(definitions.content);
        auto blocks = definitions.rest->partial_content(block_schema, diagnostics);
        check(diagnostics);
        add_attributes(*blocks.rest);
        auto variables = scope_.evaluate_variables();
        scope_.validate_variables();
        scope_.evaluate_functions();
        Blocks resolved(scope_, blocks.content.blocks);
        resolved.resolve_names();
        resolved.evaluate();
        scope_.evaluate_attributes();
        resolved.add_to(definition.config);
        definition.variables = std::move(variables);
    }

    const std::string &cycle() const { return scope_.cycle(); }

  private:
    bool reserved(const std::string &name) const {
        return name == "group" || name == "target" || builtins_.contains(name);
    }

    void declare(const hcl::Content &content) {
        for (const auto &block : content.blocks) {
            const auto &name = block->labels.front();
            if (block->type == "variable") {
                auto variable = read_variable(*block);
                if (!reserved(name)) {
                    scope_.add_variable(std::move(variable));
                    names_.push_back(name);
                }
            } else {
                auto function = read_function(*block);
                if (!reserved(name))
                    scope_.add_function(std::move(function));
            }
        }
    }

    void add_attributes(const hcl::Body &body) {
        hcl::Diagnostics diagnostics;
        auto attributes = body.just_attributes(diagnostics);
        for (const auto &[name, attribute] : attributes)
            names_.push_back(name);
        names_.insert(names_.end(), {"group", "target"});
        for (const auto &[name, value] : builtins_)
            names_.push_back(name);
        std::erase_if(diagnostics, [this](const hcl::Diagnostic &diagnostic) {
            return harmless(diagnostic, names_);
        });
        check(diagnostics);
        for (const auto &[name, attribute] : attributes)
            if (!reserved(name) && name != "function")
                scope_.add_attribute(attribute);
    }

    const std::map<std::string, std::string> &builtins_;
    Scope scope_;
    std::vector<std::string> names_;
};

} // namespace

void throw_diagnostics(const hcl::Diagnostics &diagnostics, const hcl::Sources &texts) {
    throw DefinitionError(hcl::diagnostics_text(diagnostics), hcl::render(diagnostics, texts));
}

void evaluate_bodies(const std::vector<hcl::BodyPtr> &bodies, const hcl::Sources &texts,
                     const std::map<std::string, std::string> &builtins,
                     const std::map<std::string, std::string> &overrides, Definition &definition) {
    Evaluation evaluation(builtins, overrides);
    try {
        evaluation.read(*hcl::merge(bodies), definition);
    } catch (const hcl::DiagnosticError &error) {
        const auto &cycle = evaluation.cycle();
        throw DefinitionError(hcl::diagnostics_text(error.diagnostics()),
                              hcl::render(error.diagnostics(), texts),
                              cycle.empty() ? "" : "the cycle is " + cycle);
    }
}

} // namespace berth::bake
