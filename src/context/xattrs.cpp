// SPDX-License-Identifier: Apache-2.0
#include "xattrs.hpp"

#include <fmt/format.h>

#ifdef __linux__
#include <cerrno>
#include <sys/xattr.h>
#endif

namespace berth::context {

#ifdef __linux__

namespace {

constexpr std::size_t largest = 65536; // Linux's limit for a list, and for a value

std::string value_of(const std::string &path, const char *key, bool &found) {
    std::string value(256, '\0');
    auto size = ::lgetxattr(path.c_str(), key, value.data(), value.size());
    if (size < 0 && errno == ERANGE) {
        value.resize(largest);
        size = ::lgetxattr(path.c_str(), key, value.data(), value.size());
    }
    found = size >= 0;
    value.resize(found ? static_cast<std::size_t>(size) : 0);
    return value;
}

} // namespace

std::map<std::string, std::string> XattrReader::read(int directory, const std::string &name,
                                                     const struct stat &status) {
    std::map<std::string, std::string> result;
    if (without_.contains(status.st_dev))
        return result;
    // No system call takes a directory and a name, and a full path may be too long.
    auto path = fmt::format("/proc/self/fd/{}/{}", directory, name);
    std::string keys(1024, '\0');
    auto size = ::llistxattr(path.c_str(), keys.data(), keys.size());
    if (size < 0 && errno == ERANGE) {
        keys.resize(largest);
        size = ::llistxattr(path.c_str(), keys.data(), keys.size());
    }
    if (size < 0 && errno == ENOTSUP)
        without_.insert(status.st_dev);
    keys.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    for (std::size_t at = 0; at < keys.size();) {
        std::string key = keys.c_str() + at;
        at += key.size() + 1;
        bool found = false;
        auto value = value_of(path, key.c_str(), found);
        if (found)
            result.emplace(std::move(key), std::move(value));
    }
    return result;
}

#else // macOS: what it keeps in them (com.apple.…) is not sent

std::map<std::string, std::string> XattrReader::read(int, const std::string &,
                                                     const struct stat &) {
    return {};
}

#endif

} // namespace berth::context
