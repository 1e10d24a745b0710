// SPDX-License-Identifier: Apache-2.0
#include "berth/util/environment.hpp"
#include "berth/util/paths.hpp"

#include "make.hpp"
#include "unicode_text.hpp"

#include <fstream>
#include <unistd.h>

namespace berth::hclfunc {

namespace {

std::string base_name(std::string_view path) {
    if (path.empty())
        return ".";
    auto end = path.find_last_not_of('/');
    if (end == std::string_view::npos)
        return "/";
    return std::string(name_of(path.substr(0, end + 1)));
}

std::string directory_name(std::string_view path) {
    auto slash = path.rfind('/');
    return clean_path(slash == std::string_view::npos ? "" : path.substr(0, slash + 1));
}

std::string sanitized(std::string_view name) {
    std::string result;
    while (!name.empty()) {
        char c = name.front();
        bool kept =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        result += kept ? c : '_';
        name.remove_prefix(front(name).size);
    }
    return result;
}

// The user's home in /etc/passwd, read directly because getpwuid needs glibc's shared libraries
// even in a static program.
std::string home_of_user() {
    std::ifstream users("/etc/passwd");
    auto id = std::to_string(getuid());
    for (std::string line; std::getline(users, line);) {
        std::vector<std::string> fields;
        for (std::size_t at = 0; at != std::string::npos;) {
            auto end = line.find(':', at);
            fields.push_back(line.substr(at, end - at));
            at = end == std::string::npos ? end : end + 1;
        }
        if (fields.size() > 5 && fields[2] == id)
            return fields[5];
    }
    return ".";
}

Value home_directory(Arguments, const Type &) {
    auto home = Environment::of_process().get("HOME");
    return Value::string(home.empty() ? home_of_user() : home);
}

} // namespace

Functions path_functions() {
    return {
        {"basename", text_function(base_name, "path")},
        {"dirname", text_function(directory_name, "path")},
        {"homedir", make({}, Type::string(), home_directory)},
        {"sanitize", text_function(sanitized, "name")},
    };
}

} // namespace berth::hclfunc
