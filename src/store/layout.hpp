// SPDX-License-Identifier: Apache-2.0
// Paths inside the store, private to it. docs/store.md describes their content.
#pragma once

#include <filesystem>
#include <string_view>

namespace berth::store {

// `defaults/<first 20 hex digits of the key's SHA-256>`
std::filesystem::path default_file(const std::filesystem::path &store, std::string_view key);

} // namespace berth::store
