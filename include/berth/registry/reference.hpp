// SPDX-License-Identifier: Apache-2.0
// Image references with every part spelled out, by the rules of
// https://pkg.go.dev/github.com/distribution/reference
#pragma once

#include <string>

namespace berth::registry {

struct Reference {
    std::string domain; // docker.io, localhost:5000
    std::string path;   // library/alpine
    std::string tag = {}, digest = {};

    std::string name() const { return domain + "/" + path; }
    // docker.io/library/alpine:latest, with the digest after the tag if it has both.
    std::string text() const;
    // The part to request from the registry: the digest, or else the tag.
    const std::string &object() const { return digest.empty() ? tag : digest; }
    Reference with_digest(const std::string &of) const;
};

// Adds docker.io/, library/ and :latest if they are missing. Throws a usage error that names
// `text`.
Reference parse_reference(const std::string &text);

// `sha256:` and 64 hexadecimal digits; throws an Error that names `what` for anything else.
void check_digest(const std::string &digest, const std::string &what);

} // namespace berth::registry
