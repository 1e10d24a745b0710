// SPDX-License-Identifier: Apache-2.0
// Entries of composable attributes from HCL's values: CSV strings or objects.
#pragma once

#include "berth/bake/entries.hpp"
#include "berth/hcl/value.hpp"

#include <optional>
#include <vector>

namespace berth::bake {

// Each takes a list or tuple; null means unset; unknown and empty elements are skipped. Throws
// Error with a phrase.
std::optional<std::vector<CacheEntry>> read_cache_list(const hcl::Value &value);
std::optional<std::vector<OutputEntry>> read_output_list(const hcl::Value &value);
std::optional<std::vector<Secret>> read_secret_list(const hcl::Value &value);
std::optional<std::vector<Ssh>> read_ssh_list(const hcl::Value &value);
std::optional<std::vector<Attestation>> read_attestation_list(const hcl::Value &value);
std::optional<std::vector<Policy>> read_policy_list(const hcl::Value &value);
std::optional<Resources> read_resources(const hcl::Value &value);

// The reverse: entries as values.
hcl::Value list_value(const std::optional<std::vector<CacheEntry>> &entries);
hcl::Value list_value(const std::optional<std::vector<OutputEntry>> &entries);
hcl::Value list_value(const std::optional<std::vector<Secret>> &entries);
hcl::Value list_value(const std::optional<std::vector<Ssh>> &entries);
hcl::Value list_value(const std::optional<std::vector<Attestation>> &entries);
hcl::Value list_value(const std::optional<std::vector<Policy>> &entries);
hcl::Value resources_value(const std::optional<Resources> &resources);

} // namespace berth::bake
