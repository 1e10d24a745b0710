// SPDX-License-Identifier: Apache-2.0
// --deps FILE: a rule for make(1) with the dependencies of a build, like the -MD -MP of compilers.
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/job/options.hpp"
#include "berth/job/output.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::job {

// `TARGET: FILE…`, and an empty rule for each file, so that make does not stop at one that was
// removed. The files include directories, for new files, except those that the build writes into.
// Names begin with the directory as the command line spells it. The target is --iidfile, else
// --metadata-file, else the first output's file or directory, else the deps file. Addresses and
// standard input are not dependencies. Names that make cannot write become patterns that match
// them; one with a `(` that ends with `)` is a member of an archive for make, and never up to date.
std::string make_rule(const BuildOptions &options, const std::vector<Output> &outputs,
                      const context::LocalContext &context,
                      const std::map<std::string, context::LocalContext> &named);

} // namespace berth::job
