// SPDX-License-Identifier: Apache-2.0
// The files of a directory that a build would send, and the excluded ones with the rule that
// excludes them, for `berth context ls`.
#pragma once

#include "berth/context/local_context.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace berth::context {

struct KeptOut {
    std::string path; // relative to the context; a directory stands for everything in it
    Entry::Type type = Entry::Type::file;
    std::uint64_t size = 0;   // bytes of the files in it
    std::size_t files = 0;    // with it, and below
    int line = 0;             // of the ignore file
    std::string pattern = {}; // unchanged from there
};

struct DirectorySum {
    std::string path; // "." is the whole context
    std::size_t files = 0;
    std::uint64_t size = 0, kept_out = 0; // bytes, with all below
};

struct ContextListing {
    std::vector<KeptOut> kept_out;         // in the order of paths
    std::vector<DirectorySum> directories; // those with sent files, in the order of paths
};

// Walks the directory again. Excluded files that cannot be read count as empty.
ContextListing list_context(const LocalContext &context);

} // namespace berth::context
