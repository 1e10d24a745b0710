// `berth build --dry-run`: the build as lines for a shell. They do what the build does in the
// plainest way: where the program keeps a context in step and sends missing layers alone, the lines
// send everything, so that each works by itself.
#pragma once

#include "berth/build/arguments.hpp"
#include "berth/build/local_cache.hpp"
#include "berth/build/output.hpp"
#include "berth/build/secrets.hpp"
#include "berth/context/local_context.hpp"
#include "berth/docker/docker.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace berth::build {

struct Recipe {
    const docker::Docker &docker;
    std::string container;
    const context::LocalContext &context;
    std::string context_argument, file_argument, context_key;
    const std::map<std::string, context::LocalContext> &named;
    CacheOptions caches = {};
    const std::map<std::string, context::LocalContext> &cache_folders;
    std::vector<Secret> secrets = {};
    std::vector<SshSource> ssh = {};
    std::vector<Output> outputs;
    std::vector<std::string> tags;
    std::function<std::vector<std::string>(const BuildPlaces &)> arguments = {};
};

void print_recipe(const Recipe &recipe);

} // namespace berth::build
