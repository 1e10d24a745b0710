// SPDX-License-Identifier: Apache-2.0
#include "native_body.hpp"

#include "text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace berth::hcl {
namespace {

BlockPtr public_block(const NativeBlock &block) {
    const Range &last = block.label_ranges.empty() ? block.type_range : block.label_ranges.back();
    return std::make_shared<const Block>(
        Block{.type = block.type,
              .labels = block.labels,
              .body = block.body,
              .definition_range = range_between(block.type_range, last),
              .type_range = block.type_range,
              .label_ranges = block.label_ranges});
}

// Whether the labels match the schema.
bool labels_fit(const NativeBlock &block, const BlockSchema &schema, Diagnostics &diagnostics) {
    const std::vector<std::string> &names = schema.label_names;
    const Range header = range_between(block.type_range, block.open_range);
    if (block.labels.size() > names.size()) {
        diagnostics.push_back(
            error(fmt::format("Extraneous label for {}", block.type),
                  names.empty() ? fmt::format("No labels are expected for {} blocks.", block.type)
                                : fmt::format("Only {} labels ({}) are expected for {} blocks.",
                                              names.size(), fmt::join(names, ", "), block.type),
                  block.label_ranges[names.size()], header));
        return false;
    }
    if (block.labels.size() == names.size())
        return true;
    diagnostics.push_back(
        error(fmt::format("Missing {} for {}", names[block.labels.size()], block.type),
              fmt::format("All {} blocks must have {} labels ({}).", block.type, names.size(),
                          fmt::join(names, ", ")),
              block.open_range, header));
    return false;
}

const BlockSchema *schema_of(const std::string &type, const Schema &schema) {
    const auto found = std::find_if(schema.blocks.begin(), schema.blocks.end(),
                                    [&](const BlockSchema &block) { return block.type == type; });
    return found == schema.blocks.end() ? nullptr : &*found;
}

} // namespace

std::string argument_hint(const std::string &name, const Schema &schema, const Attributes &taken) {
    std::vector<std::string> names;
    for (const AttributeSchema &attribute : schema.attributes)
        if (!taken.contains(attribute.name))
            names.push_back(attribute.name);
    std::string near = suggestion(name, names);
    if (!near.empty() || schema_of(name, schema) == nullptr)
        return near;
    return fmt::format(" Did you mean to define a block of type \"{}\"?", name);
}

std::string block_hint(const std::string &type, const Schema &schema) {
    std::vector<std::string> types;
    for (const BlockSchema &block : schema.blocks)
        types.push_back(block.type);
    std::string near = suggestion(type, types);
    const bool argument =
        std::any_of(schema.attributes.begin(), schema.attributes.end(),
                    [&](const AttributeSchema &attribute) { return attribute.name == type; });
    if (!near.empty() || !argument)
        return near;
    return fmt::format(" Did you mean to define argument \"{}\"? Then put an equals sign before "
                       "its value.",
                       type);
}

void NativeBody::select_attributes(const Schema &schema, Content &content,
                                   Diagnostics &diagnostics) const {
    for (const auto &[name, required] : schema.attributes) {
        const auto found = items_->attributes.find(name);
        if (found != items_->attributes.end() && !hidden_attributes_.contains(name)) {
            content.attributes.emplace(name, found->second);
        } else if (required) {
            diagnostics.push_back(error(
                "Missing required argument",
                fmt::format("The argument \"{}\" is required, but no definition was found.", name),
                missing_item_range()));
        }
    }
}

// Fills `content`, and returns a body with the remaining items.
std::shared_ptr<const NativeBody> NativeBody::select(const Schema &schema, Content &content,
                                                     Diagnostics &diagnostics) const {
    select_attributes(schema, content, diagnostics);
    for (const NativeBlock &block : items_->blocks) {
        const BlockSchema *wanted = schema_of(block.type, schema);
        if (wanted != nullptr && !hidden_blocks_.contains(block.type) &&
            labels_fit(block, *wanted, diagnostics))
            content.blocks.push_back(public_block(block));
    }
    content.missing_item_range = missing_item_range();
    auto rest = std::make_shared<NativeBody>(items_);
    rest->hidden_attributes_ = hidden_attributes_;
    rest->hidden_blocks_ = hidden_blocks_;
    for (const auto &[name, attribute] : content.attributes)
        rest->hidden_attributes_.insert(name);
    for (const BlockSchema &block : schema.blocks)
        rest->hidden_blocks_.insert(block.type);
    return rest;
}

void NativeBody::report_rest(const NativeBody &rest, const Schema &schema, const Content &content,
                             Diagnostics &diagnostics) const {
    for (const auto &[name, attribute] : items_->attributes)
        if (!rest.hidden_attributes_.contains(name))
            diagnostics.push_back(
                error("Unsupported argument",
                      fmt::format("An argument named \"{}\" is not expected here.{}", name,
                                  argument_hint(name, schema, content.attributes)),
                      attribute.name_range));
    for (const NativeBlock &block : items_->blocks)
        if (!rest.hidden_blocks_.contains(block.type))
            diagnostics.push_back(
                error("Unsupported block type",
                      fmt::format("Blocks of type \"{}\" are not expected here.{}", block.type,
                                  block_hint(block.type, schema)),
                      block.type_range));
}

Content NativeBody::content(const Schema &schema, Diagnostics &diagnostics) const {
    Content result;
    const auto rest = select(schema, result, diagnostics);
    report_rest(*rest, schema, result, diagnostics);
    return result;
}

PartialContent NativeBody::partial_content(const Schema &schema, Diagnostics &diagnostics) const {
    PartialContent result;
    result.rest = select(schema, result.content, diagnostics);
    return result;
}

Attributes NativeBody::just_attributes(Diagnostics &diagnostics) const {
    if (!items_->blocks.empty()) {
        const NativeBlock &first = items_->blocks.front();
        diagnostics.push_back(error(fmt::format("Unexpected \"{}\" block", first.type),
                                    "Blocks are not allowed here.", first.type_range));
    }
    Attributes result = items_->attributes;
    for (const std::string &name : hidden_attributes_)
        result.erase(name);
    return result;
}

Range NativeBody::missing_item_range() const {
    const Range &range = items_->range;
    return {range.file, range.start, range.start};
}

} // namespace berth::hcl
