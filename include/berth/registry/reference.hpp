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
    // docker.io/library/alpine:latest, with the digest behind the tag when it has both.
    std::string text() const;
    // What the registry is asked for: the digest if there is one.
    const std::string &object() const { return digest.empty() ? tag : digest; }
    Reference with_digest(const std::string &of) const;
};

// Adds docker.io/, library/ and :latest where they are left out. Throws a usage error that names
// `text`.
Reference parse_reference(const std::string &text);

// `sha256:` and 64 hexadecimal digits; throws an Error that names `what` for anything else.
void check_digest(const std::string &digest, const std::string &what);

} // namespace berth::registry
