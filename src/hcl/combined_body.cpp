// SPDX-License-Identifier: Apache-2.0
// Merged and filtered bodies.
#include "berth/hcl/body.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hcl {
namespace {

void report_duplicate(const std::string &name, const Attribute &existing,
                      const Attribute &attribute, Diagnostics &diagnostics) {
    diagnostics.push_back(error(
        "Duplicate argument",
        fmt::format("Argument \"{}\" was already set at {}", name, existing.name_range.text()),
        attribute.name_range));
}

void add(Attributes &all, const Attributes &more, Diagnostics &diagnostics) {
    for (const auto &[name, attribute] : more) {
        const auto existing = all.find(name);
        if (existing != all.end())
            report_duplicate(name, existing->second, attribute, diagnostics);
        all.insert_or_assign(name, attribute);
    }
}

class MergedBody : public Body {
  public:
    explicit MergedBody(std::vector<BodyPtr> bodies) : bodies_(std::move(bodies)) {}
    const std::vector<BodyPtr> &bodies() const { return bodies_; }

    Content content(const Schema &schema, Diagnostics &diagnostics) const override {
        Content result{.attributes = {}, .blocks = {}, .missing_item_range = missing_item_range()};
        for (const BodyPtr &body : bodies_)
            add_content(result, body->content(relaxed(schema), diagnostics), diagnostics);
        check_required(result, schema, diagnostics);
        return result;
    }

    PartialContent partial_content(const Schema &schema, Diagnostics &diagnostics) const override {
        PartialContent result;
        result.content.missing_item_range = missing_item_range();
        std::vector<BodyPtr> rests;
        for (const BodyPtr &body : bodies_) {
            PartialContent part = body->partial_content(relaxed(schema), diagnostics);
            add_content(result.content, part.content, diagnostics);
            rests.push_back(std::move(part.rest));
        }
        check_required(result.content, schema, diagnostics);
        result.rest = merge(std::move(rests));
        return result;
    }

    Attributes just_attributes(Diagnostics &diagnostics) const override {
        Attributes result;
        for (const BodyPtr &body : bodies_)
            add(result, body->just_attributes(diagnostics), diagnostics);
        return result;
    }

    Range missing_item_range() const override {
        return bodies_.empty() ? Range{.file = "<empty>", .start = {}, .end = {}}
                               : bodies_.front()->missing_item_range();
    }

  private:
    // Any of the bodies may have the required attributes.
    static Schema relaxed(Schema schema) {
        for (AttributeSchema &attribute : schema.attributes)
            attribute.required = false;
        return schema;
    }

    static void add_content(Content &all, const Content &more, Diagnostics &diagnostics) {
        add(all.attributes, more.attributes, diagnostics);
        all.blocks.insert(all.blocks.end(), more.blocks.begin(), more.blocks.end());
    }

    static void check_required(const Content &content, const Schema &schema,
                               Diagnostics &diagnostics) {
        for (const AttributeSchema &attribute : schema.attributes)
            if (attribute.required && !content.attributes.contains(attribute.name))
                diagnostics.push_back(
                    {.severity = Severity::error,
                     .summary = "Missing required argument",
                     .detail = fmt::format("The argument \"{}\" is required, but was not set.",
                                           attribute.name),
                     .subject = {},
                     .context = {}});
    }

    std::vector<BodyPtr> bodies_;
};

class FilteredBody : public Body {
  public:
    FilteredBody(BodyPtr body, Schema names, bool exclude)
        : body_(std::move(body)), names_(std::move(names)), exclude_(exclude) {}

    Content content(const Schema &schema, Diagnostics &diagnostics) const override {
        return body_->partial_content(filtered(schema), diagnostics).content;
    }
    PartialContent partial_content(const Schema &schema, Diagnostics &diagnostics) const override {
        return body_->partial_content(filtered(schema), diagnostics);
    }
    Attributes just_attributes(Diagnostics &diagnostics) const override {
        return body_->just_attributes(diagnostics);
    }
    Range missing_item_range() const override { return body_->missing_item_range(); }

  private:
    Schema filtered(Schema schema) const {
        std::erase_if(schema.attributes, [&](const AttributeSchema &attribute) {
            return exclude_ == std::any_of(names_.attributes.begin(), names_.attributes.end(),
                                           [&](const AttributeSchema &other) {
                                               return other.name == attribute.name;
                                           });
        });
        std::erase_if(schema.blocks, [&](const BlockSchema &block) {
            return exclude_ ==
                   std::any_of(names_.blocks.begin(), names_.blocks.end(),
                               [&](const BlockSchema &other) { return other.type == block.type; });
        });
        return schema;
    }

    BodyPtr body_;
    Schema names_;
    bool exclude_;
};

} // namespace

BodyPtr merge(std::vector<BodyPtr> bodies) {
    std::vector<BodyPtr> flat;
    for (BodyPtr &body : bodies) {
        const auto *merged = dynamic_cast<const MergedBody *>(body.get());
        if (merged == nullptr)
            flat.push_back(std::move(body));
        else
            flat.insert(flat.end(), merged->bodies().begin(), merged->bodies().end());
    }
    return std::make_shared<const MergedBody>(std::move(flat));
}

BodyPtr only(BodyPtr body, Schema schema) {
    return std::make_shared<const FilteredBody>(std::move(body), std::move(schema), false);
}

BodyPtr without(BodyPtr body, Schema schema) {
    return std::make_shared<const FilteredBody>(std::move(body), std::move(schema), true);
}

} // namespace berth::hcl
