// SPDX-License-Identifier: Apache-2.0
// Columns of text, and platforms in readable form.
#pragma once

#include "berth/store/builder_record.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace berth::cli {

using Rows = std::vector<std::vector<std::string>>; // of cells

// Rows padded to the widest cell of each column and three spaces, to ten at least; the last column
// is not padded.
void print_table(std::ostream &out, const Rows &rows);
// Rows whose cells begin at tab stops, every eight columns, after the widest cell and a space.
void print_tabbed(std::ostream &out, const Rows &rows);

// Go's text/tabwriter without a least width: a column is as wide as its widest cell and a space,
// among adjacent lines that have it. The last cell of a line is in no column.
void print_elastic(std::ostream &out, const Rows &lines);

std::string platform_text(const store::Platform &platform);
// The platforms of a node: the fixed ones, marked with `*`, then other platforms of its worker.
std::vector<std::string> node_platforms(const store::NodeRecord &node,
                                        const std::vector<std::string> &worker);
// As `ls` shows them: the variants of one architecture as `linux/amd64 (+n)`, n of them; four at
// most, then (n more).
std::string short_platforms(const std::vector<std::string> &platforms);

} // namespace berth::cli
