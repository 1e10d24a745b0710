// SPDX-License-Identifier: Apache-2.0
// buildx.build.provenance in the metadata file: BuildKit's provenance of a build in docker buildx's
// form (always SLSA 0.2; in mode min without build steps and metadata).
#pragma once

#include "berth/buildkit/connection.hpp"
#include "berth/util/environment.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace berth::job {

enum class ProvenanceMode { disabled, min, max };

// $BUILDX_METADATA_PROVENANCE: min (also for unknown values), max, or disabled (also for false
// values).
ProvenanceMode metadata_provenance_mode(const Environment &environment);

// A predicate of SLSA provenance, of an image or one of its platforms.
struct ProvenanceDocument {
    std::string platform; // empty: the only one
    std::string type;     // https://slsa.dev/provenance/…
    std::string json;
};

// The documents in BuildKit's record of the build. Throws GrpcError.
std::vector<ProvenanceDocument> read_provenance(buildkit::Connection &connection,
                                                const std::string &ref);

// Adds them to a build's metadata. Skips documents that cannot be read.
void add_provenance(nlohmann::json &metadata, const std::vector<ProvenanceDocument> &documents,
                    ProvenanceMode mode);

} // namespace berth::job
