// SPDX-License-Identifier: Apache-2.0
// Reports of a build: --metadata-file, --iidfile, its ref in the store, and with -q the image ID.
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/job/output.hpp"
#include "berth/progress/solve_status.hpp"
#include "berth/store/store.hpp"
#include "berth/util/environment.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace berth::job {

struct BuildName {
    std::string builder, node;
    std::string ref; // BuildKit's own; empty: unknown
    std::string context,
        dockerfile; // paths; that of the Dockerfile is empty if it is in the context
    std::string target = "default", group = {}; // of a bake: the target's name, the bake's ID
};

// The Dockerfile in the store: an absolute, clean path; unchanged if it is `-`, an address, or a
// name in a context that is not a directory; empty if it was not given.
std::string noted_dockerfile(const std::string &file, const context::LocalContext &context);

// Records the build in the store, as docker buildx does: refs/<builder>/<node>/<ref>.
void save_ref(const store::Store &store, const BuildName &name);

// The exporters' responses in the form of docker buildx's metadata file. Values that are base64 of
// a JSON object, for example descriptors, are decoded.
nlohmann::json read_metadata(const std::map<std::string, std::string> &response);

// Adds buildx.build.warnings, if there are any and the environment enables them.
void add_warnings(nlohmann::json &metadata, const std::vector<progress::VertexWarning> &warnings,
                  const Environment &environment);

// Adds docker buildx's own keys.
void complete_metadata(nlohmann::json &metadata, const BuildName &name,
                       const std::vector<progress::VertexWarning> &warnings,
                       const Environment &environment);

// For an image for an engine: expands its names, like docker buildx. In containerd's store its ID
// is not its configuration's digest.
void name_as_loaded(nlohmann::json &metadata, const Output &output,
                    const std::vector<std::string> &tags);

// `containerimage.config.digest`, else `containerimage.digest`, as docker buildx prints with -q.
std::string image_id(const nlohmann::json &metadata);

} // namespace berth::job
