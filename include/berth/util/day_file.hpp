// SPDX-License-Identifier: Apache-2.0
// A word that is remembered for a day in the user's cache, since asking again costs a command.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// What is in the file, if it was written within a day, is no longer than 256 bytes and can be read.
std::optional<std::string> read_day_file(const std::filesystem::path &file);

// Makes the folder it is in. A cache that cannot be written is none.
void write_day_file(const std::filesystem::path &file, std::string_view text);

} // namespace berth
