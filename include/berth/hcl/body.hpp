// SPDX-License-Identifier: Apache-2.0
// A parsed file: attributes and blocks with labels. The same interface for the native and the JSON
// syntax: JSON does not distinguish attributes from blocks, so a schema says which names are which.
#pragma once

#include "berth/hcl/diagnostic.hpp"
#include "berth/hcl/expression.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::hcl {

class Body;
using BodyPtr = std::shared_ptr<const Body>;

struct Attribute {
    std::string name;
    ExpressionPtr expression;
    Range range;
    Range name_range;
};
using Attributes = std::map<std::string, Attribute>;

struct Block {
    std::string type;
    std::vector<std::string> labels;
    BodyPtr body;

    Range definition_range; // the header: type and labels
    Range type_range;
    std::vector<Range> label_ranges;
};
using BlockPtr = std::shared_ptr<const Block>; // new ones at each call of content()

struct AttributeSchema {
    std::string name;
    bool required = false;
};

struct BlockSchema {
    std::string type;
    std::vector<std::string> label_names;
};

struct Schema {
    std::vector<AttributeSchema> attributes;
    std::vector<BlockSchema> blocks;
};

struct Content {
    Attributes attributes;
    std::vector<BlockPtr> blocks; // in the order of the text
    Range missing_item_range;     // the place for errors about missing items
};

struct PartialContent {
    Content content;
    BodyPtr rest; // items that the schema does not name
};

class Body {
  public:
    Body() = default;
    Body(const Body &) = delete;
    Body &operator=(const Body &) = delete;
    virtual ~Body() = default;

    // The items that the schema names. Other items are errors in content(); partial_content()
    // leaves them in `rest`.
    virtual Content content(const Schema &schema, Diagnostics &diagnostics) const = 0;
    virtual PartialContent partial_content(const Schema &schema,
                                           Diagnostics &diagnostics) const = 0;
    // All items as attributes. Blocks are errors; the attributes are returned anyway.
    virtual Attributes just_attributes(Diagnostics &diagnostics) const = 0;
    virtual Range missing_item_range() const = 0;
};

struct File {
    BodyPtr body; // never null; with errors it has the items that could be read
    std::string name;
    std::string text;
};

// Texts larger than 16 MiB and nesting deeper than 400 levels are errors.
File parse_native(std::string text, const std::string &name, Diagnostics &diagnostics);
File parse_json(std::string text, const std::string &name, Diagnostics &diagnostics);

// Several bodies as one: blocks in order. An attribute that two bodies set is an error ("Duplicate
// argument"; the last one wins). Any of them may have a required one.
BodyPtr merge(std::vector<BodyPtr> bodies);
// Hides all names but those of the schema, or only those (buildx's FilterIncludeBody and
// FilterExcludeBody). just_attributes() is not filtered.
BodyPtr only(BodyPtr body, Schema schema);
BodyPtr without(BodyPtr body, Schema schema);

} // namespace berth::hcl
