// SPDX-License-Identifier: Apache-2.0
// --attest, --provenance, --sbom and --annotation: metadata attached to an image.
#pragma once

#include "berth/job/options.hpp"
#include "berth/job/output.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::job {

// --provenance and --sbom as a value of --attest: `true`, `false` or parameters.
std::string attestation(const std::string &type, const std::string &value);

// By type: the frontend's parameters, or nothing if it is disabled. Throws a usage error.
std::map<std::string, std::optional<std::string>>
read_attestations(const std::vector<std::string> &values);

// Adds annotations to image outputs, as attributes of BuildKit's exporter. Throws a usage error.
void add_annotations(const std::vector<std::string> &annotations, std::vector<Output> &outputs);

} // namespace berth::job
