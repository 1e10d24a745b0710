// SPDX-License-Identifier: Apache-2.0
#include "pending_file.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <vector>

namespace berth::session {
namespace {

using OpenDirectory = std::unique_ptr<DIR, int (*)(DIR *)>;

OpenDirectory open_directory(int parent, const char *name) {
    int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return {fd < 0 ? nullptr : ::fdopendir(fd), ::closedir};
}

bool unlink_file(int parent, const char *name) {
    return ::unlinkat(parent, name, 0) == 0 || errno == ENOENT;
}

// Moves nonempty directories up beside `name`, to empty them later, so that only one directory is
// open at a time however deep the tree is.
bool empty_out(int parent, const std::string &name, std::vector<std::string> &moved) {
    auto directory = open_directory(parent, name.c_str());
    if (!directory)
        return false;
    int fd = ::dirfd(directory.get());
    while (auto *entry = ::readdir(directory.get())) {
        std::string inside = entry->d_name;
        if (inside == "." || inside == ".." || unlink_file(fd, inside.c_str()))
            continue;
        if (errno != EISDIR && errno != EPERM)
            return false;
        if (::unlinkat(fd, inside.c_str(), AT_REMOVEDIR) == 0)
            continue;
        moved.push_back(unfinished_name());
        if (::renameat(fd, inside.c_str(), parent, moved.back().c_str()) != 0)
            return false;
    }
    return true;
}

} // namespace

std::vector<std::string> names_in(int directory) {
    std::vector<std::string> names;
    auto opened = open_directory(directory, ".");
    while (auto *entry = opened ? ::readdir(opened.get()) : nullptr)
        if (std::string name = entry->d_name; name != "." && name != "..")
            names.push_back(std::move(name));
    return names;
}

bool remove_tree(int parent, const std::string &name) {
    if (unlink_file(parent, name.c_str()))
        return true;
    if (errno != EISDIR && errno != EPERM)
        return false;
    std::vector<std::string> directories = {name};
    while (!directories.empty()) {
        auto next = std::move(directories.back());
        directories.pop_back();
        if (!empty_out(parent, next, directories) ||
            ::unlinkat(parent, next.c_str(), AT_REMOVEDIR) != 0)
            return false;
    }
    return true;
}

} // namespace berth::session
