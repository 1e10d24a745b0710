// SPDX-License-Identifier: Apache-2.0
// The source lines of an error or a warning, in BuildKit's form.
#pragma once

#include "berth/progress/solve_status.hpp"

#include <string>
#include <vector>

namespace berth::progress {

// For example
//     Dockerfile:2
//     --------------------
//        1 |     FROM busybox
//        2 | >>> ENV a b
//     --------------------
// with the lines of `ranges` marked and a few around them. Empty without ranges, or if their first
// line is not in the file. The rule is BuildKit's (solver/errdefs/source.go).
std::string source_excerpt(const std::string &file_name, const std::string &data,
                           const std::vector<SourceRange> &ranges);

} // namespace berth::progress
