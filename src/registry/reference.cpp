// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/reference.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::registry {

std::string Reference::text() const {
    return name() + (tag.empty() ? "" : ":" + tag) + (digest.empty() ? "" : "@" + digest);
}

Reference Reference::with_digest(const std::string &of) const {
    auto reference = *this;
    reference.digest = of;
    return reference;
}

Reference parse_reference(const std::string &text) {
    try {
        image::check_tag(text);
    } catch (const Error &error) {
        throw usage_error(replace_all(error.what(), "invalid tag", "invalid reference"),
                          "a reference is [HOST[:PORT]/]NAME[:TAG][@DIGEST] in lower case");
    }
    auto full = image::full_tag(text);
    Reference reference;
    if (auto at = full.find('@'); at != std::string::npos) {
        reference.digest = full.substr(at + 1);
        full.resize(at);
    }
    auto slash = full.find('/');
    reference.domain = full.substr(0, slash);
    reference.path = full.substr(slash + 1);
    if (auto colon = reference.path.find(':'); colon != std::string::npos) {
        reference.tag = reference.path.substr(colon + 1);
        reference.path.resize(colon);
    }
    return reference;
}

void check_digest(const std::string &digest, const std::string &what) {
    if (!image::is_digest(digest))
        throw Error(fmt::format("{}: \"{}\" is not a SHA-256 digest", what, printable(digest)));
}

} // namespace berth::registry
