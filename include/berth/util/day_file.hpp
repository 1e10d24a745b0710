// SPDX-License-Identifier: Apache-2.0
// A value that is cached for a day, to save a docker command.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// The content of the file, if it is at most a day old, not longer than 256 bytes and readable.
std::optional<std::string> read_day_file(const std::filesystem::path &file);

// Creates the directory of the file. Does nothing if the cache cannot be written.
void write_day_file(const std::filesystem::path &file, std::string_view text);

} // namespace berth
