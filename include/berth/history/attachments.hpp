// SPDX-License-Identifier: Apache-2.0
// What a build left in the builder beside its log: images, their manifests, attestations.
#pragma once

#include "berth/buildkit/content.hpp"
#include "berth/history/records.hpp"

#include <string>
#include <vector>

namespace berth::history {

struct Attachment {
    std::string digest;
    std::string platform; // linux/arm64; empty: of none
    std::string type;     // an attestation's predicate, else the media type
};

// By platform, then type. An index brings its manifests, as far as the builder still has them.
std::vector<Attachment> attachments(buildkit::Connection &connection, const Record &record);

// Whether it is of a type that `--type` names: index, manifest, image, provenance, sbom, or any
// media type or predicate.
bool has_type(const Attachment &attachment, const std::string &wanted);

// Writes a blob piece by piece.
void copy_blob(buildkit::Connection &connection, const std::string &digest, std::ostream &out);

// Throws a usage error unless it is ALGORITHM:HEX of the right length.
void check_digest(const std::string &text);

} // namespace berth::history
