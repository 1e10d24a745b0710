// SPDX-License-Identifier: Apache-2.0
// --cache-from and --cache-to. BuildKit handles caches in registries and similar places itself. One
// of type=local is a directory on the client, whose blobs BuildKit reads and writes through a
// content store of the session. The client reads its index before the solve and writes it
// afterwards.
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

// The caches in the form of a solve.
struct SolveCaches {
    std::vector<CacheEntry> from, to; // SolveRequest.Cache: Imports, Exports
    std::map<std::string, session::ContentDirectory> stores = {}; // for session::add_content
    // Locks of the exported caches: other processes keep their new blobs meanwhile.
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
// reset=true, also removes blobs that no entry reaches. `response`: SolveResponse.ExporterResponse.
// Returns warnings for directories that did not receive the cache (BuildKit reports the manifest of
// only one), and for those that cannot be reset. Releases the locks.
std::string finish_caches(SolveCaches &caches, const std::map<std::string, std::string> &response);

} // namespace berth::job
