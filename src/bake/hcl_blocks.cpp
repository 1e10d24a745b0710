// SPDX-License-Identifier: Apache-2.0
#include "hcl_blocks.hpp"

#include "berth/bake/relative_paths.hpp"
#include "berth/hcl/convert.hpp"
#include "berth/util/strings.hpp"

#include "hcl_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::bake {

namespace {

constexpr std::size_t most_targets = 100000; // of a matrix

hcl::Value value_of(const hcl::Expression &expression, const hcl::Context &context) {
    hcl::Diagnostics diagnostics;
    auto value = expression.evaluate(&context, diagnostics);
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
    return value;
}

hcl::Schema schema_of(const std::set<std::string> &names) {
    hcl::Schema schema;
    for (const auto &name : names)
        schema.attributes.push_back({.name = name, .required = false});
    return schema;
}

// In the order of the text, and so are the errors.
std::vector<const hcl::Attribute *> in_order(const hcl::Content &content) {
    std::vector<const hcl::Attribute *> list;
    for (const auto &[name, attribute] : content.attributes)
        list.push_back(&attribute);
    std::sort(list.begin(), list.end(), [](const auto *left, const auto *right) {
        return left->range.start.byte < right->range.start.byte;
    });
    return list;
}

// The name in `target.NAME.context`: a context that is only this reference uses the directory of
// that target.
std::string referenced_target(const hcl::Expression &expression) {
    auto reference = expression.static_traversal();
    if (!reference || reference->steps.size() != 3 || reference->root_name() != "target")
        return {};
    const auto &steps = reference->steps;
    using Kind = hcl::TraversalStep::Kind;
    if (steps[2].kind != Kind::attribute || steps[2].name != "context")
        return {};
    if (steps[1].kind == Kind::attribute)
        return steps[1].name;
    if (steps[1].kind == Kind::index && steps[1].key.type().is_string())
        return steps[1].key.as_string();
    return {};
}

void set_bases(Target &target, const hcl::Block &block) {
    auto base = directory_of(block.definition_range.file).value_or("");
    target.bases.fallback = base;
    hcl::Diagnostics ignored;
    auto content = block.body->partial_content(schema_of({"context", "contexts"}), ignored).content;
    if (auto found = content.attributes.find("context"); found != content.attributes.end()) {
        target.bases.context = base;
        target.bases.reference = referenced_target(*found->second.expression);
    }
    if (content.attributes.contains("contexts"))
        set_named_bases(target, base);
}

} // namespace

Blocks::Blocks(Scope &scope, std::vector<hcl::BlockPtr> blocks) : scope_(scope) {
    for (auto &block : blocks)
        entries_.push_back({.block = std::move(block)});
    scope_.resolve_blocks_by({"group", "target"}, [this](const hcl::Traversal &reference) {
        resolve_reference(reference);
    });
}

void Blocks::resolve_reference(const hcl::Traversal &reference) {
    const auto &type = reference.root_name();
    if (reference.steps.size() < 2)
        throw Error(fmt::format("cannot access {} as a variable", type));
    const auto &step = reference.steps[1];
    if (step.kind != hcl::TraversalStep::Kind::attribute)
        throw Error(fmt::format("cannot traverse {} without attribute", type));
    std::optional<std::string> attribute;
    if (reference.steps.size() > 2 &&
        reference.steps[2].kind == hcl::TraversalStep::Kind::attribute)
        attribute = reference.steps[2].name;
    auto found = by_name_[type].find(step.name);
    if (found == by_name_[type].end())
        return; // the evaluation reports it
    for (auto *entry : found->second)
        resolve(*entry, attribute);
}

// docker buildx's initial value of `target`.
void Blocks::resolve(Entry &entry, const std::optional<std::string> &attribute) {
    scope_.context().variables.try_emplace(
        entry.block->type, hcl::Value::map({}, hcl::Type::map(hcl::Type::string())));
    expand(entry);
    auto block = entry.block->type + "." + entry.block->labels.front();
    auto visited = attribute ? block + "." + *attribute : block;
    if (!attribute && std::exchange(entry.busy, true))
        scope_.fail_cycle(visited, fmt::format("reference cycle not allowed for {}", block));
    Scope::Visit visit(scope_, visited);
    const auto &all = entry.is_target() ? target_attributes() : group_attributes();
    for (auto &item : entry.items) {
        std::set<std::string> names;
        if (attribute) {
            if (item.done.contains(*attribute))
                return;
            if (!item.begun.insert(*attribute).second)
                scope_.fail_cycle(visited, fmt::format("reference cycle not allowed for {}.{}.{}",
                                                       entry.block->type, item.name, *attribute));
            if (std::find(all.begin(), all.end(), *attribute) != all.end())
                names.insert(*attribute);
        } else {
            for (const auto &name : all)
                if (!item.done.contains(name))
                    names.insert(name);
        }
        resolve(entry, item, names);
        if (attribute)
            item.done.insert(*attribute);
    }
    if (!attribute)
        entry.busy = false;
}

void Blocks::resolve(Entry &entry, Item &item, const std::set<std::string> &names) {
    hcl::Diagnostics diagnostics;
    auto schema = schema_of(names);
    for (auto &attribute : schema.attributes)
        attribute.required = !entry.is_target() && attribute.name == "targets";
    auto content = entry.block->body->partial_content(schema, diagnostics).content;
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
    for (const auto *attribute : in_order(content))
        scope_.load(*attribute->expression, *item.context, {}, true);
    decode(entry, item, content);
    for (const auto &[name, attribute] : content.attributes)
        item.done.insert(name);
    publish(entry, item);
}

void Blocks::decode(Entry &entry, Item &item, const hcl::Content &content) {
    hcl::Diagnostics diagnostics;
    for (const auto *attribute : in_order(content)) {
        const auto &expression = *attribute->expression;
        auto value = expression.evaluate(item.context, diagnostics);
        try {
            if (entry.is_target())
                set_attribute(item.target, attribute->name, value);
            else
                set_attribute(item.group, attribute->name, value);
        } catch (const Error &error) {
            diagnostics.push_back(hcl::error("Unsuitable value type",
                                             fmt::format("Unsuitable value: {}", error.what()),
                                             expression.start_range(), expression.range()));
        }
    }
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
}

void Blocks::publish(const Entry &entry, const Item &item) {
    auto &variable = scope_.context().variables[entry.block->type];
    hcl::Value::Map blocks;
    if (!variable.is_null())
        blocks = variable.as_map();
    blocks[item.name] = entry.is_target() ? to_value(item.target) : to_value(item.group);
    variable = hcl::Value::object(std::move(blocks));
}

// An attribute that determines the targets of a block, or a null pointer.
const hcl::Attribute *Blocks::special(const Entry &entry, const std::string &name,
                                      hcl::Content &content) const {
    hcl::Diagnostics diagnostics;
    content = entry.block->body->partial_content(schema_of({name}), diagnostics).content;
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
    auto found = content.attributes.find(name);
    return found == content.attributes.end() ? nullptr : &found->second;
}

// A context of variables for each element of the matrix.
void Blocks::expand(Entry &entry) {
    if (entry.expanded)
        return;
    hcl::Content content;
    const auto *attribute = special(entry, "matrix", content);
    if (attribute != nullptr && !entry.is_target())
        throw Error("matrix is not supported for groups");
    std::vector<std::map<std::string, hcl::Value>> elements{{}};
    if (attribute != nullptr) {
        scope_.load(*attribute->expression, scope_.context(), {}, true);
        auto matrix = value_of(*attribute->expression, scope_.context());
        if (!matrix.type().is_map() && !matrix.type().is_object())
            throw Error("matrix must be a map");
        for (const auto &[name, values] : matrix.as_map()) {
            if (!values.can_iterate())
                throw Error("matrix values must be a list");
            std::vector<std::map<std::string, hcl::Value>> more;
            for (const auto &[key, value] : values.pairs())
                for (auto element : elements) {
                    element[name] = value;
                    more.push_back(std::move(element));
                    if (more.size() > most_targets)
                        throw Error(
                            fmt::format("a matrix makes more than {} targets", most_targets));
                }
            elements = std::move(more);
        }
    }
    entry.expanded = true;
    for (auto &variables : elements) {
        auto context = std::make_unique<hcl::Context>(&scope_.context());
        context->variables = std::move(variables);
        entry.items.push_back({.context = context.get(), .name = entry.block->labels.front()});
        entry.contexts.push_back(std::move(context));
    }
}

std::string Blocks::name_of(Entry &entry, const Item &item) {
    hcl::Content content, matrix;
    const auto *attribute = special(entry, "name", content);
    if (attribute != nullptr && !entry.is_target())
        throw Error("name is not supported for groups");
    if (attribute == nullptr)
        return entry.block->labels.front();
    if (special(entry, "matrix", matrix) == nullptr)
        throw Error("name requires matrix");
    scope_.load(*attribute->expression, *item.context, {}, true);
    auto value = hcl::convert(value_of(*attribute->expression, *item.context), hcl::Type::string());
    if (value.is_null() || !value.is_known())
        throw Error("name must be a string");
    return value.as_string();
}

void Blocks::name_items(Entry &entry) {
    scope_.context().variables.try_emplace(
        entry.block->type, hcl::Value::map({}, hcl::Type::map(hcl::Type::string())));
    expand(entry);
    std::set<std::string> names;
    for (auto &item : entry.items) {
        check_target_name(entry.block->labels.front());
        item.name = name_of(entry, item);
        check_target_name(item.name);
        if (!names.insert(item.name).second)
            throw Error(fmt::format("duplicate name \"{}\"", item.name));
        item.target.name = item.group.name = item.name;
    }
}

void Blocks::resolve_names() {
    for (auto &entry : entries_) {
        try {
            name_items(entry);
        } catch (const Error &error) {
            throw_at(entry.block->label_ranges.front(), "Invalid name", error);
        }
        for (const auto &item : entry.items)
            by_name_[entry.block->type][item.name].push_back(&entry);
    }
}

void Blocks::evaluate() {
    hcl::Diagnostics diagnostics;
    for (auto &entry : entries_)
        try {
            resolve(entry, {});
        } catch (const hcl::DiagnosticError &error) {
            diagnostics.insert(diagnostics.end(), error.diagnostics().begin(),
                               error.diagnostics().end());
        } catch (const Error &error) {
            throw_at(entry.block->label_ranges.front(), "Invalid block", error);
        }
    if (hcl::has_errors(diagnostics))
        throw hcl::DiagnosticError(diagnostics);
}

void Blocks::add_to(Config &config) const {
    std::vector<std::pair<std::string, Strings>> made;
    auto made_by = [&made](const std::string &label) -> Strings & {
        for (auto &[name, names] : made)
            if (name == label)
                return names;
        return made.emplace_back(label, Strings()).second;
    };
    for (const auto &entry : entries_)
        for (const auto &item : entry.items) {
            if (!entry.is_target()) {
                auto same =
                    std::find_if(config.groups.begin(), config.groups.end(),
                                 [&](const Group &group) { return group.name == item.name; });
                if (same == config.groups.end())
                    config.groups.push_back(item.group);
                else
                    *same = item.group;
                continue;
            }
            auto target = item.target;
            set_bases(target, *entry.block);
            made_by(entry.block->labels.front()).push_back(item.name);
            auto same = std::find_if(config.targets.begin(), config.targets.end(),
                                     [&](const Target &other) { return other.name == item.name; });
            if (same == config.targets.end())
                config.targets.push_back(std::move(target));
            else
                merge(*same, target);
        }
    for (auto &[label, names] : made) {
        names = unique(names);
        if (names.size() == 1 && names.front() == label)
            continue;
        config.groups.push_back({.name = label, .targets = names});
    }
}

} // namespace berth::bake
