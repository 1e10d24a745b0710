// SPDX-License-Identifier: Apache-2.0
// The flags of `berth build`, unchecked, as a value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

struct BuildOptions {
    std::string context = {}; // a directory, a git or http address, or - for standard input
    std::string file = {}; // --file, relative to the working directory; empty: CONTEXT/Dockerfile
    // The Dockerfile's text; then `file` is not read.
    std::optional<std::string> dockerfile_inline = {};
    std::vector<std::string> build_contexts = {}; // NAME=VALUE
    // Of contexts that are parts of a build graph: the serialized pb::Definition by the context's
    // name, empty for the main one. `context` and `build_contexts` then have addresses for them,
    // which are noted and not fetched.
    std::map<std::string, std::string> definitions = {};
    std::vector<std::string> secrets = {}, ssh = {}; // as given
    std::vector<std::string> attests = {}; // type=TYPE[,KEY=VALUE…]; --provenance and --sbom too
    std::vector<std::string> annotations = {}; // [TYPE[PLATFORM]:]KEY=VALUE
    std::string call = {};                     // a value of --call, for example check; empty: build
    std::vector<std::string> tags = {};
    std::vector<std::string> build_args = {}; // KEY=VALUE, or KEY: the value from the environment
    std::vector<std::string> labels = {};
    std::vector<std::string> platforms = {}; // each may be a comma list
    std::string target = {};
    bool no_cache = false;
    std::vector<std::string> no_cache_filter = {}; // stages
    bool pull = false;
    bool local_images = false;    // use images that exist only in the engine
    bool image_to_engine = false; // type=image that is not pushed means type=docker
    bool load = false, push = false;
    std::vector<std::string> outputs = {}; // -o, as given
    std::vector<std::string> add_hosts = {};
    std::string network = {};                // RUN's network mode: default, none, host
    std::int64_t shm_size = 0;               // bytes; 0: BuildKit's default
    std::vector<std::string> resources = {}; // KEY=VALUE, limits of RUN instructions
    std::vector<std::string> ulimits = {};
    std::string cgroup_parent = {};
    std::vector<std::string> allow = {}; // entitlements
    std::vector<std::string> cache_from = {}, cache_to = {};
    std::string metadata_file = {}, iid_file = {};
    std::string deps_file = {};             // a rule for make
    std::vector<std::string> policies = {}; // --policy, as given
    std::string source_policy = {};         // a JSON file with BuildKit's rules for sources
};

} // namespace berth::job
