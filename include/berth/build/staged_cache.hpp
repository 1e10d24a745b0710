// A local cache as the scripts in the builder take and give it.
#pragma once

#include "berth/build/deliver.hpp"
#include "berth/context/local_context.hpp"

#include <map>
#include <memory>
#include <string>

namespace berth::build {

struct CacheOptions;

// The folders of --cache-from type=local, by the names of cache_directories().
std::map<std::string, context::LocalContext> read_cache_folders(const CacheOptions &options,
                                                                std::string &warnings);

// Blobs that the folder has, a path a line: they are not sent again.
std::string blobs_of(const std::string &folder);
// Takes a tar of an exported cache and adds it to `folder`: blobs first, the index, which keeps
// other tags' entries, last and at once.
std::unique_ptr<Sink> make_cache_sink(const std::string &folder);

} // namespace berth::build
