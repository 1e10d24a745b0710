// SPDX-License-Identifier: Apache-2.0
// See directory_cursor.hpp.
#include "berth/util/directory_cursor.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

namespace berth {
namespace {

constexpr std::size_t most_open = 128;
constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

} // namespace

DirectoryCursor::DirectoryCursor(const std::filesystem::path &root)
    : root_(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!root_)
        throw Error(fmt::format("cannot open the directory {}: {}", printable(root.native()),
                                errno_text(errno)));
}

int DirectoryCursor::open(std::string_view directory) {
    if (fd_ >= 0 && directory == path_)
        return fd_;
    fd_ = -1;
    path_ = directory;
    return fd_ = reach(directory);
}

int DirectoryCursor::reach(std::string_view directory) {
    std::size_t depth = 0;
    for (auto rest = directory; !rest.empty() && depth < levels_.size(); ++depth) {
        auto name = rest.substr(0, rest.find('/'));
        if (levels_[depth].name != name)
            break;
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        directory = rest;
    }
    levels_.resize(depth);

    // Reopens all directories that were closed on the way down, which is rare.
    auto level = depth;
    while (level > 0 && !levels_[level - 1].fd)
        --level;
    auto deepest = [&] { return level == 0 ? root_.get() : levels_[level - 1].fd.get(); };
    auto enter = [&](std::string &&name) {
        FileDescriptor fd(::openat(deepest(), name.c_str(), flags));
        if (!fd)
            return false;
        if (level == levels_.size())
            levels_.emplace_back();
        levels_[level] = {std::move(name), std::move(fd)};
        if (++level > most_open)
            levels_[level - 1 - most_open].fd.close();
        return true;
    };
    while (level < depth)
        if (!enter(std::string(levels_[level].name))) {
            auto error = errno;
            levels_.resize(level);
            errno = error;
            return -1;
        }
    while (!directory.empty()) {
        auto name = directory.substr(0, directory.find('/'));
        directory.remove_prefix(std::min(directory.size(), name.size() + 1));
        if (!enter(std::string(name)))
            return -1;
    }
    return deepest();
}

} // namespace berth
