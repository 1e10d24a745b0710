// SPDX-License-Identifier: Apache-2.0
// Slash-separated paths, as text.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace berth {

// "a/b/c" is "a/b" and "c"; "c" is "" and "c".
std::string_view parent_of(std::string_view path);
std::string_view name_of(std::string_view path);

// Orders paths like a walk: a directory, then its content, then its next sibling; siblings by their
// bytes. Less, equal, greater than 0.
int compare_paths(std::string_view left, std::string_view right);
inline bool is_below(std::string_view path, std::string_view directory) {
    return path.size() > directory.size() && path.starts_with(directory) &&
           path[directory.size()] == '/';
}

// Is `path` in `directory`, at any depth, by the text only? Both are absolute or both relative.
bool lies_below(const std::filesystem::path &path, const std::filesystem::path &directory);

// Go's filepath.Clean: `.` and `..` resolved by the text only, no doubled or trailing slash; "."
// for nothing.
std::string clean_path(std::string_view path);

} // namespace berth
