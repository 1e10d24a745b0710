// SPDX-License-Identifier: Apache-2.0
// A value that is cached for a day, since asking again takes a docker command.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// What is in the file, if it was written within a day, is no longer than 256 bytes and can be read.
std::optional<std::string> read_day_file(const std::filesystem::path &file);

// Makes the directory it is in. Does nothing if the cache cannot be written.
void write_day_file(const std::filesystem::path &file, std::string_view text);

} // namespace berth
