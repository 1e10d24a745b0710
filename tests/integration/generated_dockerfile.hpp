// SPDX-License-Identifier: Apache-2.0
// Random Dockerfiles and ignore files for trees.
#pragma once

#include "generated_random.hpp"

#include <string>
#include <vector>

namespace berth::test {

// `named` has the paths of the context `other`; empty: none.
std::string generated_dockerfile(Random &random, const std::vector<std::string> &paths,
                                 const std::vector<std::string> &named);
std::string generated_ignore_file(Random &random, const std::vector<std::string> &paths);

} // namespace berth::test
