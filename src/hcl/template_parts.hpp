// SPDX-License-Identifier: Apache-2.0
// The parts of a template as a sequence, before its directives form a tree.
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

// Removes the common indentation of all lines, for <<-.
void flush_lines(TemplateParts &parts);
// Joins adjacent literals.
void join_literals(TemplateParts &parts);
// The parts as nodes: directives become conditionals and loops.
Nodes template_tree(const TemplateParts &parts, Diagnostics &diagnostics);

} // namespace berth::hcl
