// SPDX-License-Identifier: Apache-2.0
// --cache-from and --cache-to. A cache in a registry or the like is BuildKit's own matter; one of
// type=local is a directory on the client, whose blobs BuildKit reads and writes through a content
// store of the session. Its index is the client's to read before the solve, and to write after it.
#pragma once

#include "berth/job/options.hpp"
#include "berth/session/content.hpp"
#include "berth/util/file.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace berth::job {

struct CacheEntry {
    std::string type;
    std::vector<std::pair<std::string, std::string>> attributes; // the others, in order
    bool local() const { return type == "local"; }
    // The value of an attribute; empty if it does not exist.
    std::string attribute(const std::string &key) const;
};

struct CacheOptions {
    std::vector<CacheEntry> from, to;
};

// Reads the flags as docker buildx 0.29.1 does: `type=TYPE,KEY=VALUE…`, or references of a
// registry. Throws a usage error that names the value.
CacheOptions read_cache_options(const BuildOptions &options);

// What a solve is given of them.
struct SolveCaches {
    std::vector<CacheEntry> from, to; // SolveRequest.Cache: Imports, Exports
    std::map<std::string, session::ContentDirectory> stores = {}; // for session::add_content
    // Of the caches that are exported to: nobody removes their new blobs while this lives.
    std::vector<FileDescriptor> locks = {};
};

// Looks up the digest of each local cache in its index: by `digest`, else by `tag`, which is
// `latest` by default. A cache that does not exist is reported in `warnings` and left out, as
// BuildKit's client does: the first build has no cache yet. Throws Error for a directory of
// --cache-to that cannot be written, unless its entry says ignore-error=true.
SolveCaches solve_caches(const CacheOptions &options, std::string &warnings);

// Takes the locks, of the caches that exist already: before the solve, not in a dry run.
void lock_caches(SolveCaches &caches);

// Writes the index of each local cache that the solve exported; entries of other tags stay. With
// reset=true what no entry leads to is removed then. `response`: SolveResponse.ExporterResponse.
// Returns warnings: for a directory that has not got the cache (BuildKit names the manifest of one
// alone), and for one that cannot be reset. Ends the locks.
std::string finish_caches(SolveCaches &caches, const std::map<std::string, std::string> &response);

} // namespace berth::job
