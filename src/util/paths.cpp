// SPDX-License-Identifier: Apache-2.0
#include "berth/util/paths.hpp"

#include <algorithm>
#include <vector>

namespace berth {

std::string_view parent_of(std::string_view path) {
    auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

int compare_paths(std::string_view left, std::string_view right) {
    auto common = std::min(left.size(), right.size());
    auto [l, r] = std::mismatch(left.begin(), left.begin() + common, right.begin());
    auto at = static_cast<std::size_t>(l - left.begin());
    if (at == common)
        return left.size() == right.size() ? 0 : left.size() < right.size() ? -1 : 1;
    auto rank = [](char c) {
        return c == '/' ? -1 : static_cast<int>(static_cast<unsigned char>(c));
    };
    return rank(*l) < rank(*r) ? -1 : 1;
}

bool lies_below(const std::filesystem::path &path, const std::filesystem::path &directory) {
    auto relative = path.lexically_normal().lexically_relative(directory.lexically_normal());
    return !relative.empty() && relative != "." && *relative.begin() != "..";
}

std::string clean_path(std::string_view path) {
    bool rooted = path.starts_with('/');
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        auto part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
        if (part.empty() || part == ".")
            continue;
        if (part == ".." && !parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (part != ".." || !rooted)
            parts.push_back(part);
    }
    std::string result = rooted ? "/" : "";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            result += '/';
        result += parts[i];
    }
    return result.empty() ? "." : result;
}

} // namespace berth
