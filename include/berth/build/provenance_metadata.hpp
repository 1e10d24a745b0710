// buildx.build.provenance in the metadata file: what BuildKit wrote down of a build, as docker
// buildx 0.29.1 shows it (always in the form of SLSA 0.2; without build steps and metadata in mode
// min).
#pragma once

#include "berth/build/remote.hpp"
#include "berth/util/environment.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace berth::build {

enum class ProvenanceMode { disabled, min, max };

// $BUILDX_METADATA_PROVENANCE: min (also when it is none of them), max, or disabled and what says
// false.
ProvenanceMode metadata_provenance_mode(const Environment &environment);

// Adds it to a build's metadata. `copies`: RemoteReply::copies, which are no news to anybody. A
// document that cannot be read is left out.
void add_provenance(nlohmann::json &metadata, const std::vector<ProvenanceDocument> &documents,
                    ProvenanceMode mode, const std::vector<std::string> &copies);

} // namespace berth::build
