// What a build leaves for others to read: --metadata-file, --iidfile, its ref in the store, and
// with -q the image's ID.
#pragma once

#include "berth/build/output.hpp"
#include "berth/progress/solve_status.hpp"
#include "berth/store/store.hpp"
#include "berth/util/environment.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace berth::build {

struct BuildName {
    std::string builder, node;
    std::string ref; // BuildKit's own; empty: none was told
    std::string context,
        dockerfile; // where they are; the Dockerfile's is empty when it is in the context
};

// Notes the build in the store, as docker buildx does: refs/<builder>/<node>/<ref>.
void save_ref(const store::Store &store, const BuildName &name);

// The metadata of a build: what buildctl wrote (empty: nothing, as when a build fails) with docker
// buildx's own keys. Throws Error when it is no JSON object.
nlohmann::json build_metadata(const std::string &buildctl_metadata, const BuildName &name,
                              const std::vector<progress::VertexWarning> &warnings,
                              const Environment &environment);

// Of an image for an engine: gives its names in full, as docker buildx has them. In containerd's
// store its ID is not its configuration's digest.
void name_as_loaded(nlohmann::json &metadata, const Output &output,
                    const std::vector<std::string> &tags);

// `containerimage.config.digest`, else `containerimage.digest`, as docker buildx prints with -q.
std::string image_id(const nlohmann::json &metadata);

} // namespace berth::build
