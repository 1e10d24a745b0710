// What a build is made of, read and checked before any docker command: contexts, secrets, caches,
// where the results go; and the words that buildctl is told of them.
#pragma once

#include "berth/build/build.hpp"
#include "berth/build/git_info.hpp"
#include "berth/build/local_cache.hpp"
#include "berth/build/options.hpp"
#include "berth/build/output_plan.hpp"
#include "berth/build/provenance_metadata.hpp"
#include "berth/build/secrets.hpp"
#include "berth/build/ssh_forwarding.hpp"
#include "berth/build/transport_choice.hpp"
#include "berth/context/local_context.hpp"
#include "berth/image/image_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::build {

struct BuildInputs {
    OutputPlan plan = {};
    CacheOptions caches = {};
    std::map<std::string, std::string> cache_variables = {}; // for buildctl, with credentials
    std::optional<TransportChoice> choice = {};              // for a context that is a folder
    context::LocalContext context = {};
    std::map<std::string, context::LocalContext> named = {}, cache_folders = {};
    std::vector<SshSource> ssh = {};
    std::vector<Secret> secrets = {};
    GitInfo git = {};
    ProvenanceMode provenance = ProvenanceMode::disabled; // in the metadata file
    std::string warnings = {};                            // lines
};

// That of an engine, as this client remembers it.
image::ImageStore image_store_of(const docker::Docker &engine, const BuildSetting &setting);

// Throws Error for whatever can be wrong with a flag, a file that it names or a folder. git is
// asked while the context is read; `image_store`, the engine's, when an output depends on it.
BuildInputs read_inputs(const BuildSetting &setting, const BuildOptions &options,
                        const std::string &container, image::ImageStore &image_store);

// What buildctl is told wherever its outputs go.
std::vector<std::string> frontend_arguments(const BuildInputs &inputs, const BuildOptions &options,
                                            const Environment &environment,
                                            const BuildPlaces &places);

// All of `buildctl build …`, with inputs.plan's outputs; the log comes as rawjson.
std::vector<std::string> buildctl_arguments(const BuildInputs &inputs, const BuildOptions &options,
                                            const Environment &environment,
                                            const BuildPlaces &places);

// A tar archive of what lies in the builder's memory while it builds; empty: nothing.
// `credentials`: buildctl is to ask this side for those of registries.
std::string memory_files(const BuildInputs &inputs, const BuildOptions &options, bool credentials);

} // namespace berth::build
