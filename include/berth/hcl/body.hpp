// SPDX-License-Identifier: Apache-2.0
// A parsed file: attributes and blocks with labels. The same interface for the native and the JSON
// syntax: JSON does not tell attributes from blocks, so a schema says which names are what.
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
    Range missing_item_range;     // where to say that something is missing
};

struct PartialContent {
    Content content;
    BodyPtr rest; // what the schema does not name
};

class Body {
  public:
    Body() = default;
    Body(const Body &) = delete;
    Body &operator=(const Body &) = delete;
    virtual ~Body() = default;

    // What the schema names. What it does not is an error in content(), and left in `rest` in
    // partial_content().
    virtual Content content(const Schema &schema, Diagnostics &diagnostics) const = 0;
    virtual PartialContent partial_content(const Schema &schema,
                                           Diagnostics &diagnostics) const = 0;
    // All as attributes; blocks are errors, but attributes are returned nevertheless.
    virtual Attributes just_attributes(Diagnostics &diagnostics) const = 0;
    virtual Range missing_item_range() const = 0;
};

struct File {
    BodyPtr body; // never null; empty, or what could be read, when there are errors
    std::string name;
    std::string text;
};

// Texts beyond 16 MiB and nesting beyond 400 levels are errors.
File parse_native(std::string text, const std::string &name, Diagnostics &diagnostics);
File parse_json(std::string text, const std::string &name, Diagnostics &diagnostics);

// Several bodies as one: blocks in order. Attributes that two of them set are errors ("Duplicate
// argument", the last one wins), required ones may be in any.
BodyPtr merge(std::vector<BodyPtr> bodies);
// Only, or all but, the names of the schema, whatever is asked for (buildx's FilterIncludeBody and
// FilterExcludeBody). just_attributes() is not filtered.
BodyPtr only(BodyPtr body, Schema schema);
BodyPtr without(BodyPtr body, Schema schema);

} // namespace berth::hcl
