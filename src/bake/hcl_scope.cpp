// SPDX-License-Identifier: Apache-2.0
#include "hcl_scope.hpp"

#include "berth/hcl/convert.hpp"
#include "berth/hcl/json_value.hpp"
#include "berth/hclfunc/functions.hpp"
#include "berth/util/strings.hpp"

#include "given_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::bake {

namespace {

constexpr int deepest_reference = 1000;

hcl::Value evaluate(const hcl::Expression &expression, const hcl::Context &context) {
    hcl::Diagnostics diagnostics;
    auto value = expression.evaluate(&context, diagnostics);
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
    return value;
}

// Without `type`, or with `type = null`, any type is valid.
hcl::Type read_constraint(const hcl::ExpressionPtr &expression) {
    if (!expression)
        return {};
    hcl::Diagnostics diagnostics, of_value;
    auto type = hcl::type_constraint(*expression, diagnostics);
    if (!hcl::has_errors(diagnostics))
        return type;
    auto value = expression->evaluate(nullptr, of_value);
    if (!hcl::has_errors(of_value) && value.is_null())
        return {};
    throw hcl::DiagnosticError(diagnostics);
}

std::set<std::string> parameter_names(const FunctionBlock &function) {
    hcl::Diagnostics diagnostics;
    std::set<std::string> names;
    auto add = [&](const hcl::Expression &expression) {
        auto name = hcl::keyword_of(expression);
        if (name.empty())
            diagnostics.push_back(hcl::error("Invalid param element",
                                             "Each parameter name must be an identifier.",
                                             expression.range()));
        names.insert(name);
    };
    for (const auto &expression : hcl::list_of(*function.parameters->expression, diagnostics))
        add(*expression);
    if (function.variadic)
        add(*function.variadic->expression);
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
    return names;
}

// Reads a value from outside as the type of the variable's default, if the variable has no type.
hcl::Value read_like(const std::string &name, const std::string &text, const hcl::Value &value,
                     bool has_default) {
    if (!has_default || value.type().is_dynamic())
        return hcl::Value::string(text);
    if (value.type().is_primitive())
        return read_primitive(name, text, value.type());
    throw Error(
        fmt::format("unsupported type {} for variable {}", value.type().friendly_name(), name));
}

hcl::Value read_typed(const std::string &name, const std::string &text, bool json,
                      const hcl::Type &type) {
    try {
        if (json)
            return hcl::from_json(text, type);
        if (has_csv_form(type))
            return read_csv_value(name, text, type);
    } catch (const Error &error) {
        throw Error(fmt::format("failed to convert variable {} from {}: {}", name,
                                json ? "JSON" : "CSV", error.what()));
    }
    if (type.is_primitive())
        return read_primitive(name, text, type);
    throw Error(fmt::format("unsupported type {} for variable {}", type.friendly_name(), name));
}

} // namespace

void throw_at(const hcl::Range &range, const std::string &summary, const Error &error) {
    if (const auto *diagnostics = dynamic_cast<const hcl::DiagnosticError *>(&error))
        throw *diagnostics;
    throw hcl::DiagnosticError({hcl::error(summary, error.what(), range, range)});
}

Scope::Scope(std::map<std::string, std::string> builtins,
             std::map<std::string, std::string> overrides)
    : builtins_(std::move(builtins)), overrides_(std::move(overrides)) {
    context_.functions = hclfunc::standard_functions();
    for (const auto &[name, value] : builtins_)
        context_.variables[name] = hcl::Value::string(value);
}

void Scope::add_variable(VariableBlock variable) {
    if (!variables_.contains(variable.name))
        order_.push_back(variable.name);
    auto name = variable.name;
    variables_.insert_or_assign(name, std::move(variable));
}

void Scope::add_function(FunctionBlock function) {
    auto name = function.name;
    functions_.insert_or_assign(name, std::move(function));
}

void Scope::add_attribute(const hcl::Attribute &attribute) {
    attributes_.insert_or_assign(attribute.name, attribute);
}

void Scope::resolve_blocks_by(std::set<std::string> types, BlockResolver resolver) {
    block_types_ = std::move(types);
    resolver_ = std::move(resolver);
}

void Scope::load(const hcl::Expression &expression, const hcl::Context &context,
                 const std::set<std::string> &known, bool allow_missing) {
    struct Level {
        explicit Level(int &depth) : depth_(depth) { depth_++; }
        ~Level() { depth_--; }
        int &depth_;
    } level(depth_);
    if (depth_ > deepest_reference)
        throw_at(expression.range(), "Invalid expression",
                 Error(fmt::format("more than {} names refer to each other", deepest_reference)));
    auto attempt = [&](auto load_name) {
        try {
            load_name();
        } catch (const UndefinedError &error) {
            if (!allow_missing)
                throw_at(expression.range(), "Invalid expression", error);
        } catch (const Error &error) {
            throw_at(expression.range(), "Invalid expression", error);
        }
    };
    for (const auto &name : expression.function_calls())
        attempt([&] { load_function(name, context); });
    for (const auto &reference : expression.variables()) {
        const auto &name = reference.root_name();
        if (known.contains(name))
            continue;
        if (block_types_.contains(name))
            attempt([&] { resolver_(reference); });
        else
            attempt([&] { load_value(name, context); });
    }
}

void Scope::fail_cycle(const std::string &name, const std::string &message) {
    auto begin = std::find(path_.begin(), path_.end(), name);
    if (begin != path_.end()) {
        std::vector<std::string> circle(begin, path_.end());
        circle.push_back(name);
        cycle_ = join(circle, " → ");
    }
    throw Error(message);
}

void Scope::load_function(const std::string &name, const hcl::Context &context) {
    if (context_.functions.contains(name) || context.function(name) != nullptr)
        return;
    auto found = functions_.find(name);
    if (found == functions_.end())
        throw UndefinedError(fmt::format("function \"{}\" does not exist: undefined", name));
    if (!functions_begun_.emplace(&context, name).second)
        fail_cycle(name + "()", fmt::format("function cycle not allowed for {}", name));
    Visit visit(*this, name + "()");
    const auto &function = found->second;
    if (!function.result)
        throw Error(fmt::format("empty result not allowed for {}", name));
    if (!function.parameters)
        throw Error(fmt::format("empty params not allowed for {}", name));
    load(*function.result->expression, context_, parameter_names(function), false);
    hcl::Diagnostics diagnostics;
    auto made =
        hcl::user_function(*function.parameters->expression,
                           function.variadic ? function.variadic->expression.get() : nullptr,
                           function.result->expression, &context_, diagnostics);
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
    context_.functions[name] = made;
}

void Scope::load_value(const std::string &name, const hcl::Context &context) {
    if (context_.variables.contains(name) || context.variable(name) != nullptr)
        return;
    auto attribute = attributes_.find(name);
    auto variable = variables_.find(name);
    if (attribute == attributes_.end() && variable == variables_.end())
        throw UndefinedError(fmt::format("variable \"{}\" does not exist: undefined", name));
    if (!values_begun_.emplace(&context, name).second)
        fail_cycle(name, fmt::format("variable cycle not allowed for {}", name));
    Visit visit(*this, name);
    context_.variables[name] = [&] {
        if (attribute != attributes_.end())
            return attribute_value(attribute->second, context);
        return variable_value(variable->second);
    }();
}

// A top-level attribute that is also a variable takes values from outside in the same way.
hcl::Value Scope::attribute_value(const hcl::Attribute &attribute, const hcl::Context &context) {
    load(*attribute.expression, context, {}, true);
    auto value = evaluate(*attribute.expression, context);
    auto given = given_value(attribute.name, false);
    if (given && variables_.contains(attribute.name))
        return read_like(attribute.name, given->text, value, true);
    return value;
}

hcl::Value Scope::variable_value(VariableBlock &variable) {
    auto type = read_constraint(variable.type);
    bool typed = !type.is_dynamic() || (variable.type && hcl::keyword_of(*variable.type) == "any");
    if (typed)
        variable.constraint = type;
    auto given = given_value(variable.name, typed);
    hcl::Value value = typed ? hcl::Value::null(type) : hcl::Value::string("");
    if (variable.value) {
        load(*variable.value, context_, {}, true);
        value = evaluate(*variable.value, context_);
        try {
            value = hcl::convert(value, type);
        } catch (const Error &error) {
            throw Error(fmt::format("invalid type {} for variable {} default value: {}",
                                    type.friendly_name(), variable.name, error.what()));
        }
    }
    if (!given)
        return value;
    // `any` does not determine a type, unless the text is JSON.
    if (typed && (given->json || !type.is_dynamic()))
        return read_typed(variable.name, given->text, given->json, type);
    if (typed)
        throw Error(fmt::format("unsupported type {} for variable {}", type.friendly_name(),
                                variable.name));
    return read_like(variable.name, given->text, value, variable.value != nullptr);
}

std::optional<Scope::Given> Scope::given_value(const std::string &name, bool typed) const {
    auto plain = overrides_.find(name);
    auto json_name = name + "_JSON";
    if (plain == overrides_.end() || typed)
        if (!variables_.contains(json_name) && !builtins_.contains(json_name))
            if (auto json = overrides_.find(json_name); json != overrides_.end())
                return Given{json->second, true};
    if (plain == overrides_.end())
        return {};
    return Given{plain->second, false};
}

Variable Scope::listed(const VariableBlock &variable) const {
    Variable entry{.name = variable.name, .description = variable.description};
    if (variable.constraint)
        entry.type = variable.constraint->friendly_name_for_constraint();
    const auto &value = context_.variables.at(variable.name);
    if (value.is_null())
        return entry;
    entry.value = "";
    try {
        if (!variable.constraint && value.type().is_primitive())
            entry.value = hcl::convert(value, hcl::Type::string()).as_string();
        else
            entry.value =
                hcl::to_json(value, variable.constraint ? *variable.constraint : value.type());
    } catch (const Error &) {
        return entry; // values without a JSON form are omitted
    }
    if (variable.constraint && variable.constraint->is_string()) {
        std::string_view text = *entry.value;
        while (text.starts_with('"'))
            text.remove_prefix(1);
        while (text.ends_with('"'))
            text.remove_suffix(1);
        entry.value = std::string(text);
    }
    return entry;
}

std::vector<Variable> Scope::evaluate_variables() {
    std::vector<Variable> list;
    for (const auto &name : order_) {
        auto &variable = variables_.at(name);
        try {
            load_value(name, context_);
        } catch (const Error &error) {
            throw_at(variable.range, "Invalid value", error);
        }
        list.push_back(listed(variable));
    }
    return list;
}

void Scope::evaluate_functions() {
    for (const auto &[name, function] : functions_)
        try {
            load_function(name, context_);
        } catch (const Error &error) {
            throw_at(function.parameters ? function.parameters->range : function.label_range,
                     "Invalid function", error);
        }
}

void Scope::evaluate_attributes() {
    for (const auto &[name, attribute] : attributes_)
        try {
            load_value(name, context_);
        } catch (const Error &error) {
            throw_at(attribute.range, "Invalid attribute", error);
        }
}

void Scope::validate_variables() {
    hcl::Diagnostics diagnostics;
    auto check = [&](const VariableBlock::Validation &rule) {
        hcl::Diagnostics found;
        auto range = rule.condition->range();
        auto result = rule.condition->evaluate(&context_, found);
        if (hcl::has_errors(found))
            return found;
        if (result.is_null())
            return hcl::Diagnostics{hcl::error(
                "Invalid condition result",
                "Condition expression must return either true or false, not null.", range)};
        try {
            result = hcl::convert(result, hcl::Type::boolean());
        } catch (const Error &error) {
            return hcl::Diagnostics{
                hcl::error("Invalid condition result",
                           fmt::format("Invalid condition result value: {}", error.what()), range)};
        }
        if (result.is_known() && result.as_boolean())
            return hcl::Diagnostics{};
        auto message = rule.message->evaluate(&context_, found);
        if (hcl::has_errors(found))
            return found;
        bool text = message.is_known() && !message.is_null() && message.type().is_string();
        return hcl::Diagnostics{hcl::error(
            "Validation failed",
            text ? message.as_string() : "This check failed, but has an invalid error message.",
            range)};
    };
    for (const auto &name : order_)
        for (const auto &rule : variables_.at(name).validations)
            for (auto &diagnostic : check(rule))
                diagnostics.push_back(std::move(diagnostic));
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
}

} // namespace berth::bake
