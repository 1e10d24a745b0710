// SPDX-License-Identifier: Apache-2.0
// Bodies in the JSON syntax: a schema says which properties are attributes and which are blocks.
#include "berth/hcl/body.hpp"

#include "json_expression.hpp"
#include "nodes.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace berth::hcl {
namespace {

constexpr const char *wrong_type = "Incorrect JSON value type";
constexpr const char *comment = "//"; // a property of that name is a comment

// The position in a block's labels while they are read.
struct Labels {
    const BlockSchema &schema;
    Range type_range;
    std::vector<std::string> names = {};
    std::vector<Range> ranges = {};
};

class JsonBody : public Body {
  public:
    JsonBody(JsonNodePtr node, std::set<std::string> hidden)
        : node_(std::move(node)), hidden_(std::move(hidden)) {}

    Content content(const Schema &schema, Diagnostics &diagnostics) const override;
    PartialContent partial_content(const Schema &schema, Diagnostics &diagnostics) const override;
    Attributes just_attributes(Diagnostics &diagnostics) const override;
    Range missing_item_range() const override {
        return node_->kind == JsonNode::Kind::object ? node_->close : node_->open;
    }

  private:
    std::shared_ptr<const JsonBody> select(const Schema &schema, Content &content,
                                           Diagnostics &diagnostics) const;
    void add_attribute(Content &content, const JsonProperty &property,
                       Diagnostics &diagnostics) const;
    Attribute attribute(const JsonProperty &property) const;
    void blocks(const JsonNode &node, Labels labels, std::size_t label, Content &content,
                Diagnostics &diagnostics) const;
    void block(const JsonNode &node, const Range &definition, const Labels &labels,
               Content &content) const;
    JsonNodePtr part(const JsonNode &node) const { return {node_, &node}; }

    JsonNodePtr node_; // of any kind: checked when the content is read
    std::set<std::string> hidden_;
};

// The properties of an object, or of the objects in an array. `label`: the meaning of their names,
// for errors.
std::vector<const JsonProperty *> properties_of(const JsonNode &node, const std::string &label,
                                                Diagnostics &diagnostics) {
    std::vector<const JsonProperty *> result;
    const auto add = [&](const JsonNode &object) {
        for (const JsonProperty &property : object.properties)
            result.push_back(&property);
    };
    const std::string purpose = label.empty()
                                    ? "to define arguments and child blocks"
                                    : fmt::format("to specify {} labels for this block", label);
    if (node.kind == JsonNode::Kind::object) {
        add(node);
    } else if (node.kind == JsonNode::Kind::array) {
        for (const JsonNode &value : node.values) {
            if (value.kind == JsonNode::Kind::object)
                add(value);
            else
                diagnostics.push_back(
                    error(wrong_type, fmt::format("A JSON object is required here, {}.", purpose),
                          value.open));
        }
    } else if (node.kind != JsonNode::Kind::null) {
        diagnostics.push_back(
            error(wrong_type,
                  fmt::format("Either a JSON object or JSON array of objects is required here, {}.",
                              purpose),
                  node.open));
    }
    return result;
}

bool has_attribute(const Schema &schema, const std::string &name) {
    return std::any_of(schema.attributes.begin(), schema.attributes.end(),
                       [&](const AttributeSchema &attribute) { return attribute.name == name; });
}

Attribute JsonBody::attribute(const JsonProperty &property) const {
    return {.name = property.name,
            .expression = json_expression(part(property.value)),
            .range = property.range(),
            .name_range = property.name_range};
}

void JsonBody::add_attribute(Content &content, const JsonProperty &property,
                             Diagnostics &diagnostics) const {
    const auto [place, added] = content.attributes.emplace(property.name, attribute(property));
    if (!added)
        diagnostics.push_back(error("Duplicate argument",
                                    fmt::format("The argument \"{}\" was already set at {}.",
                                                property.name, place->second.range.text()),
                                    property.name_range, property.range()));
}

std::shared_ptr<const JsonBody> JsonBody::select(const Schema &schema, Content &content,
                                                 Diagnostics &diagnostics) const {
    std::set<std::string> used = hidden_;
    content.missing_item_range = missing_item_range();
    for (const JsonProperty *property : properties_of(*node_, "", diagnostics)) {
        if (hidden_.contains(property->name))
            continue;
        const auto wanted =
            std::find_if(schema.blocks.begin(), schema.blocks.end(),
                         [&](const BlockSchema &block) { return block.type == property->name; });
        if (has_attribute(schema, property->name))
            add_attribute(content, *property, diagnostics);
        else if (wanted != schema.blocks.end())
            blocks(property->value, {.schema = *wanted, .type_range = property->name_range}, 0,
                   content, diagnostics);
        else
            continue;
        used.insert(property->name);
    }
    for (const AttributeSchema &attribute : schema.attributes)
        if (attribute.required && !content.attributes.contains(attribute.name))
            diagnostics.push_back(
                error("Missing required argument",
                      fmt::format("The argument \"{}\" is required, but no definition was found.",
                                  attribute.name),
                      missing_item_range()));
    return std::make_shared<const JsonBody>(node_, std::move(used));
}

// A level of labels for each property name, then the blocks' contents.
void JsonBody::blocks(const JsonNode &node, Labels labels, std::size_t label, Content &content,
                      Diagnostics &diagnostics) const {
    const BlockSchema &schema = labels.schema;
    if (label < schema.label_names.size()) {
        const std::string &name = schema.label_names[label];
        const auto properties = properties_of(node, name, diagnostics);
        if (properties.empty())
            diagnostics.push_back(
                error("Missing block label",
                      fmt::format("At least one object property is required, whose name represents "
                                  "the {} block's {}.",
                                  schema.type, name),
                      node.open));
        for (const JsonProperty *property : properties) {
            Labels next = labels;
            next.names.push_back(property->name);
            next.ranges.push_back(property->name_range);
            blocks(property->value, std::move(next), label + 1, content, diagnostics);
        }
        return;
    }
    if (node.kind == JsonNode::Kind::object) {
        block(node, node.open, labels, content);
    } else if (node.kind == JsonNode::Kind::array) {
        for (const JsonNode &value : node.values)
            block(value, node.open, labels, content);
    } else if (node.kind != JsonNode::Kind::null) {
        diagnostics.push_back(
            error(wrong_type,
                  fmt::format("Either a JSON object or a JSON array is required, representing the "
                              "contents of one or more \"{}\" blocks.",
                              schema.type),
                  node.open));
    }
}

void JsonBody::block(const JsonNode &node, const Range &definition, const Labels &labels,
                     Content &content) const {
    content.blocks.push_back(std::make_shared<const Block>(
        Block{.type = labels.schema.type,
              .labels = labels.names,
              .body = std::make_shared<const JsonBody>(part(node), std::set<std::string>()),
              .definition_range = definition,
              .type_range = labels.type_range,
              .label_ranges = labels.ranges}));
}

Content JsonBody::content(const Schema &schema, Diagnostics &diagnostics) const {
    Content result;
    const auto rest = select(schema, result, diagnostics);
    std::vector<std::string> names;
    for (const AttributeSchema &attribute : schema.attributes)
        if (!rest->hidden_.contains(attribute.name))
            names.push_back(attribute.name);
    for (const BlockSchema &block : schema.blocks)
        names.push_back(block.type);
    Diagnostics known; // select() has reported them
    for (const JsonProperty *property : properties_of(*node_, "", known))
        if (property->name != comment && !rest->hidden_.contains(property->name))
            diagnostics.push_back(
                error("Extraneous JSON object property",
                      fmt::format("No argument or block type is named \"{}\".{}", property->name,
                                  suggestion(property->name, names)),
                      property->name_range, property->range()));
    return result;
}

PartialContent JsonBody::partial_content(const Schema &schema, Diagnostics &diagnostics) const {
    PartialContent result;
    result.rest = select(schema, result.content, diagnostics);
    return result;
}

Attributes JsonBody::just_attributes(Diagnostics &diagnostics) const {
    Attributes result;
    if (node_->kind != JsonNode::Kind::object)
        diagnostics.push_back(
            error(wrong_type, "A JSON object is required here, with the arguments of this block.",
                  node_->open));
    for (const JsonProperty &property : node_->properties) {
        if (property.name == comment || hidden_.contains(property.name))
            continue;
        const auto [place, added] = result.emplace(property.name, attribute(property));
        if (!added)
            diagnostics.push_back(error("Duplicate attribute definition",
                                        fmt::format("The argument \"{}\" was already set at {}.",
                                                    property.name, place->second.range.text()),
                                        property.name_range));
    }
    return result;
}

} // namespace

File parse_json(std::string text, const std::string &name, Diagnostics &diagnostics) {
    File file{.body = {}, .name = name, .text = std::move(text)};
    const std::size_t before = diagnostics.size();
    JsonNodePtr root;
    if (within_size(file.text, {name, {}, {}}, diagnostics))
        root = parse_json_tree(file.text, name, {}, diagnostics);
    const bool fits =
        root && (root->kind == JsonNode::Kind::object || root->kind == JsonNode::Kind::array);
    if (!fits && !failed_since(diagnostics, before))
        diagnostics.push_back(error(
            "Root value must be object",
            "A definition in JSON must be a JSON object or an array of JSON objects.", root->open));
    if (!fits)
        root = std::make_shared<JsonNode>(JsonNode{.kind = JsonNode::Kind::object,
                                                   .range = {name, {}, {}},
                                                   .open = {name, {}, {}},
                                                   .close = {name, {}, {}},
                                                   .properties = {}});
    file.body = std::make_shared<const JsonBody>(std::move(root), std::set<std::string>());
    return file;
}

} // namespace berth::hcl
