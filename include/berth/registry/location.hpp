// SPDX-License-Identifier: Apache-2.0
// The location of an image: in a registry, or in an OCI layout on this machine.
#pragma once

#include "berth/registry/reference.hpp"

#include <string>

namespace berth::registry {

struct Location {
    bool is_layout = false;
    Reference reference = {};   // in a registry
    std::string directory = {}; // of a layout, with the tag and digest below
    std::string tag = {}, digest = {};

    // docker.io/library/alpine:latest, oci-layout://DIRECTORY:latest
    std::string text() const;
    // The repository, or the layout's directory.
    std::string name() const;
    Location with_digest(const std::string &of) const; // drops the tag of a layout
    // Without the digest, under its tag or `latest`.
    Location with_tag_alone() const;
    // Of either kind; empty if it has none.
    const std::string &its_digest() const { return is_layout ? digest : reference.digest; }
};

// A reference, or oci-layout://DIRECTORY[:TAG][@DIGEST]. Throws a usage error.
Location parse_location(const std::string &text);

} // namespace berth::registry
