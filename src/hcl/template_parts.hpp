// SPDX-License-Identifier: Apache-2.0
// A template's parts in a row, before its directives make a tree of them.
#pragma once

#include "nodes.hpp"

#include <string>
#include <vector>

namespace berth::hcl {

struct TemplatePart {
    enum class Kind {
        literal,
        interpolation,
        if_start,
        else_start,
        if_end,
        for_start,
        for_end,
        end
    };
    Kind kind = Kind::end;
    Range range;
    std::string text = {};       // literal
    NodePtr expression = {};     // interpolation; the condition of if, the collection of for
    std::string key_name = {};   // for
    std::string value_name = {}; // for
};
using TemplateParts = std::vector<TemplatePart>; // the last one is `end`

// <<-: takes as many spaces from the start of each line as the line with the fewest has.
void flush_lines(TemplateParts &parts);
// Joins literals that follow each other.
void join_literals(TemplateParts &parts);
// The parts as nodes: directives become conditionals and loops.
Nodes template_tree(const TemplateParts &parts, Diagnostics &diagnostics);

} // namespace berth::hcl
