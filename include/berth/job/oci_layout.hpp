// SPDX-License-Identifier: Apache-2.0
// --build-context NAME=oci-layout://DIRECTORY[:TAG][@DIGEST]: an image in a directory of the
// client.
#pragma once

#include "berth/context/local_context.hpp"
#include "berth/session/content.hpp"

#include <map>
#include <string>

namespace berth::job {

struct OciLayout {
    std::filesystem::path directory; // absolute
    std::string tag, digest;         // the tag may be empty if a digest is given

    // The value of the frontend attribute context:NAME.
    std::string attribute() const;
    // For session::add_content.
    std::map<std::string, session::ContentDirectory> stores() const;
};

// `text` is what follows `oci-layout://`. Without a digest, finds that of the tag (default:
// `latest`) in the directory's index, by image name or tag, or else that of the only image, like
// docker buildx 0.38.2. Throws Error if the directory, index or image does not exist.
OciLayout find_oci_layout(const std::string &text);

// The same, its files listed.
context::LocalContext read_oci_layout(const std::string &text);

} // namespace berth::job
