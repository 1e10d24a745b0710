// SPDX-License-Identifier: Apache-2.0
// Groups and targets of a definition, evaluated attribute by attribute, so that targets can refer
// to attributes of others (`target.base.tags`) in any order.
#pragma once

#include "berth/bake/target.hpp"
#include "berth/hcl/body.hpp"

#include "hcl_scope.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::bake {

class Blocks {
  public:
    Blocks(Scope &scope, std::vector<hcl::BlockPtr> blocks);

    // The names of all blocks: a block with a matrix has several. Throws hcl::DiagnosticError.
    void resolve_names();
    // All attributes of all blocks; errors of several blocks are collected.
    void evaluate();
    // Merges the result into `config`. A block with a matrix becomes a group.
    void add_to(Config &config) const;

  private:
    // The target of one element of a block's matrix, or of a block without a matrix.
    struct Item {
        const hcl::Context *context = nullptr;
        std::string name = {};
        Target target = {};
        Group group = {};
        std::set<std::string> begun = {}, done = {};
    };
    struct Entry {
        hcl::BlockPtr block;
        std::vector<std::unique_ptr<hcl::Context>> contexts = {};
        std::vector<Item> items = {};
        bool expanded = false;
        bool busy = false; // being evaluated as a whole

        bool is_target() const { return block->type == "target"; }
    };

    void resolve_reference(const hcl::Traversal &reference);
    // Resolves one attribute; all of them if `attribute` is nothing.
    void resolve(Entry &entry, const std::optional<std::string> &attribute);
    void resolve(Entry &entry, Item &item, const std::set<std::string> &names);
    void decode(Entry &entry, Item &item, const hcl::Content &content);
    void publish(const Entry &entry, const Item &item);
    void expand(Entry &entry);
    void name_items(Entry &entry);
    std::string name_of(Entry &entry, const Item &item);
    const hcl::Attribute *special(const Entry &entry, const std::string &name,
                                  hcl::Content &content) const;

    Scope &scope_;
    std::vector<Entry> entries_;
    std::map<std::string, std::map<std::string, std::vector<Entry *>>> by_name_;
};

} // namespace berth::bake
