// SPDX-License-Identifier: Apache-2.0
// --deps FILE: what a build depends on, as a rule for make(1), in the way of compilers' -MD -MP.
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/job/options.hpp"
#include "berth/job/output.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::job {

// `TARGET: FILE…`, and an empty rule for each file, so that make does not stop at one that was
// removed. Folders are among them, for files that are new, but none that the build writes into. All
// are named as the command line named their folder. The target is --iidfile, else
// --metadata-file, else the first output's file or folder, else the deps file. What comes from an
// address or standard input is none of make's. For names that make cannot write there are patterns
// that match them; one with a `(` that ends with `)` is a member of an archive for make, and never
// up to date.
std::string make_rule(const BuildOptions &options, const std::vector<Output> &outputs,
                      const context::LocalContext &context,
                      const std::map<std::string, context::LocalContext> &named);

} // namespace berth::job
