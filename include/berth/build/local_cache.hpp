// --cache-from and --cache-to. A cache that lies with the builder or a registry is buildctl's own
// matter; one of type=local is a folder on this side: it is brought to the builder as a named
// context is, and what the builder exports comes back to it.
#pragma once

#include "berth/build/deliver.hpp"
#include "berth/build/options.hpp"
#include "berth/context/local_context.hpp"

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace berth::build {

struct CacheEntry {
    std::string type;
    std::vector<std::pair<std::string, std::string>> attributes; // the others, in order
    bool local() const { return type == "local"; }
    // The value of an attribute; empty when it is not there.
    std::string attribute(const std::string &key) const;
};

struct CacheOptions {
    std::vector<CacheEntry> from, to;
    // The entries of `to` that come back to this side, in order.
    std::vector<CacheEntry> exported_here() const;
};

// Reads the flags as docker buildx 0.29.1 does: `type=TYPE,KEY=VALUE…`, or references of a
// registry. Throws a usage error that names the value.
CacheOptions read_cache_options(const BuildOptions &options);

// The folders of --cache-from type=local, by the name they are brought to the builder under (it
// cannot be one of a named context). One without a cache in it is told of in `warnings` and left
// out, as BuildKit's client does: the first build has no cache yet.
std::map<std::string, context::LocalContext> read_cache_folders(const CacheOptions &options,
                                                                std::string &warnings);

// Where caches lie inside the builder.
struct CachePlaces {
    std::map<std::string, std::string> from; // by the names of read_cache_folders
    std::string staging;                     // the folder that output_name() counts in
    std::size_t first = 0;                   // the number there of the first of exported_here()
};
// buildctl's words.
std::vector<std::string> cache_arguments(const CacheOptions &options, const CachePlaces &places);

// Blobs that the folder has, a path a line: they are not sent again.
std::string blobs_of(const std::string &folder);
// Takes a tar of an exported cache and adds it to `folder`: blobs first, the index, which keeps
// other tags' entries, last and at once.
std::unique_ptr<Sink> make_cache_sink(const std::string &folder);

} // namespace berth::build
