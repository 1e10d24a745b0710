// SPDX-License-Identifier: Apache-2.0
// Groups and targets of a definition, evaluated attribute by attribute, so that targets can use
// each other's (`target.base.tags`) in any order.
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

    // The names of all blocks: a matrix has several. Throws hcl::DiagnosticError.
    void resolve_names();
    // All attributes of all blocks; errors of several blocks are collected.
    void evaluate();
    // Lays the result over `config`. Blocks whose name is made by a matrix become a group.
    void add_to(Config &config) const;

  private:
    // What one element of a block's matrix makes, or the block without one.
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
        bool busy = false; // all of it is being evaluated

        bool is_target() const { return block->type == "target"; }
    };

    void resolve_reference(const hcl::Traversal &reference);
    // `attribute`: that one alone; nothing: all.
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
