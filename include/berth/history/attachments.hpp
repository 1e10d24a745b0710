// SPDX-License-Identifier: Apache-2.0
// Attachments of a build record in the builder: images, their manifests, attestations.
#pragma once

#include "berth/buildkit/content.hpp"
#include "berth/history/records.hpp"

#include <string>
#include <vector>

namespace berth::history {

struct Attachment {
    std::string digest;
    std::string platform; // linux/arm64; may be empty
    std::string type;     // an attestation's predicate, else the media type
};

// By platform, then type. Includes the manifests of an index that the builder still has.
std::vector<Attachment> attachments(buildkit::Connection &connection, const Record &record);

// Whether it has a type of `--type`: index, manifest, image, provenance, sbom, or any media type or
// predicate.
bool has_type(const Attachment &attachment, const std::string &wanted);

// Writes a blob piece by piece.
void copy_blob(buildkit::Connection &connection, const std::string &digest, std::ostream &out);

// Throws a usage error unless the text is ALGORITHM:HEX with the right length.
void check_digest(const std::string &text);

} // namespace berth::history
