// SPDX-License-Identifier: Apache-2.0
// A body in the native syntax.
#pragma once

#include "berth/hcl/body.hpp"

#include <set>

namespace berth::hcl {

struct NativeBlock {
    std::string type;
    std::vector<std::string> labels;
    std::shared_ptr<const Body> body;

    Range type_range;
    std::vector<Range> label_ranges;
    Range open_range; // the opening brace
};

struct NativeItems {
    Attributes attributes;
    std::vector<NativeBlock> blocks;
    Range range;
};

class NativeBody : public Body {
  public:
    explicit NativeBody(std::shared_ptr<const NativeItems> items) : items_(std::move(items)) {}

    Content content(const Schema &schema, Diagnostics &diagnostics) const override;
    PartialContent partial_content(const Schema &schema, Diagnostics &diagnostics) const override;
    Attributes just_attributes(Diagnostics &diagnostics) const override;
    Range missing_item_range() const override;

  private:
    std::shared_ptr<const NativeBody> select(const Schema &schema, Content &content,
                                             Diagnostics &diagnostics) const;
    void select_attributes(const Schema &schema, Content &content, Diagnostics &diagnostics) const;
    void report_rest(const NativeBody &rest, const Schema &schema, const Content &content,
                     Diagnostics &diagnostics) const;

    std::shared_ptr<const NativeItems> items_;
    std::set<std::string> hidden_attributes_; // already taken
    std::set<std::string> hidden_blocks_;
};

// " Did you mean …" for a name that the schema uses for the other kind of item, or spells
// similarly.
std::string argument_hint(const std::string &name, const Schema &schema, const Attributes &taken);
std::string block_hint(const std::string &type, const Schema &schema);

} // namespace berth::hcl
