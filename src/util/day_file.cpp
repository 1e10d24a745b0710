// SPDX-License-Identifier: Apache-2.0
#include "berth/util/day_file.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"

#include <chrono>
#include <system_error>

namespace berth {

namespace {

constexpr std::chrono::hours valid{24};
constexpr std::size_t longest = 256;

} // namespace

std::optional<std::string> read_day_file(const std::filesystem::path &file) {
    std::error_code error;
    auto written = std::filesystem::last_write_time(file, error);
    if (error || std::filesystem::file_time_type::clock::now() - written > valid)
        return std::nullopt;
    try {
        return read_file_if_exists(file, longest);
    } catch (const Error &) {
        return std::nullopt;
    }
}

void write_day_file(const std::filesystem::path &file, std::string_view text) {
    try {
        write_file_atomically(file, text, 0600);
    } catch (const Error &) { // the next command queries again
    }
}

} // namespace berth
