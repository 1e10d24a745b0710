// SPDX-License-Identifier: Apache-2.0
// The details of an image for each platform: configuration, SBOMs, provenance.
#pragma once

#include "berth/registry/images.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::registry {

struct Details {
    nlohmann::json configuration = {};
    std::vector<nlohmann::json> sboms = {};        // SPDX predicates
    std::optional<nlohmann::json> provenance = {}; // the SLSA predicate
};

struct Wanted {
    bool configuration = false, sboms = false, provenance = false;
};

// By platform (os/arch/variant). Reads the requested manifests concurrently.
std::map<std::string, Details> read_details(Images &images, const Location &location,
                                            const Document &root, const Wanted &wanted);

} // namespace berth::registry
