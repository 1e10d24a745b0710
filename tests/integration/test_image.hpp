// SPDX-License-Identifier: Apache-2.0
// A generated image: an OCI layout of several platforms, with attestations.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace berth::test {

class TestLayout {
  public:
    explicit TestLayout(std::filesystem::path directory);

    // Creates a manifest of one layer and returns its descriptor. `docker`: with docker's media
    // types.
    nlohmann::ordered_json add_image(const std::string &architecture, bool docker = false);
    // Attestations of a manifest: an SBOM and provenance.
    nlohmann::ordered_json add_attestation(const nlohmann::ordered_json &subject);
    // Creates an index of these under a tag.
    void add_index(const std::string &tag, const std::vector<nlohmann::ordered_json> &manifests);
    void add_tag(const std::string &tag, nlohmann::ordered_json manifest);

    // oci-layout://DIRECTORY:TAG
    std::string name(const std::string &tag) const;

  private:
    nlohmann::ordered_json put(const std::string &media_type, const std::string &bytes);
    std::filesystem::path directory_;
    nlohmann::ordered_json index_;
};

} // namespace berth::test
