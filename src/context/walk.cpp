// SPDX-License-Identifier: Apache-2.0
#include "walk.hpp"

#include "berth/context/source_walk.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <utility>

namespace berth::context {

std::optional<Entry::Type> type_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFREG:
    case S_IFSOCK: // BuildKit makes an empty file of one
        return Entry::Type::file;
    case S_IFDIR:
        return Entry::Type::directory;
    case S_IFLNK:
        return Entry::Type::symlink;
    case S_IFIFO:
        return Entry::Type::fifo;
    case S_IFCHR:
        return Entry::Type::character;
    case S_IFBLK:
        return Entry::Type::block;
    default:
        return std::nullopt;
    }
}

WalkRules::WalkRules(const std::filesystem::path &root, const IgnorePatterns &patterns,
                     const std::vector<std::string> &always)
    : root(root), patterns(patterns) {
    for (const auto &path : always) {
        auto cleaned = clean_path(path);
        if (cleaned == "." || cleaned.starts_with('/') || cleaned == ".." ||
            cleaned.starts_with("../"))
            continue; // outside of the context
        for (std::string_view parent = parent_of(cleaned); !parent.empty();
             parent = parent_of(parent))
            on_the_way.emplace(parent);
        this->always.insert(std::move(cleaned));
    }
}

bool Names::read(int fd) {
    int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *opened = copy < 0 ? nullptr : ::fdopendir(copy);
    if (!opened) {
        FileDescriptor close_it(copy);
        return false;
    }
    std::unique_ptr<DIR, int (*)(DIR *)> directory(opened, ::closedir);
    ::rewinddir(opened); // the position is shared with `fd`
    errno = 0;
    while (auto *entry = ::readdir(opened)) {
        std::string_view name = entry->d_name;
        if (name != "." && name != "..") {
            starts_.push_back(text_.size());
            text_.append(name).push_back('\0');
        }
        errno = 0;
    }
    if (errno != 0)
        return false;
    std::sort(starts_.begin(), starts_.end(), [this](auto l, auto r) { return at(l) < at(r); });
    return true;
}

Walk::Walk(const WalkRules &rules, std::string directory, IgnorePatterns::Decision decision)
    : rules_(rules), cursor_(rules.root) {
    Directory first;
    first.path = std::move(directory);
    first.decision = std::move(decision);
    first.listed = true;
    directories_.push_back(std::move(first));
}

bool Walk::step() {
    if (!std::exchange(begun_, true))
        begin();
    if (directories_.empty())
        return false;
    if (const char *name = directories_.back().names.next())
        look_at(name);
    else
        directories_.pop_back();
    return true;
}

void Walk::begin() {
    auto &directory = directories_.back();
    int fd = cursor_.open(directory.path);
    if (fd >= 0 && directory.names.read(fd))
        return;
    if (directory.path.empty() || (errno != ENOENT && errno != ENOTDIR && errno != ELOOP))
        fail("read the directory", directory.path);
    directories_.pop_back(); // removed meanwhile
}

void Walk::fail(const char *what, std::string_view path) const {
    auto error = errno;
    throw Error(fmt::format("cannot {} {} of the build context: {}", what,
                            printable((rules_.root / path).native()), errno_text(error)),
                ExitCode::failure,
                error == EACCES ? "make it readable, or exclude it in .dockerignore" : "");
}

void Walk::look_at(const char *name) {
    auto &directory = directories_.back();
    std::string path = directory.path;
    if (!path.empty())
        path += '/';
    path += name;

    // Most excluded entries need no further look, but a directory may contain exceptions.
    auto decision = rules_.patterns.decide(path, directory.decision);
    bool include = !decision.excluded || rules_.always.contains(path);
    bool enter = !decision.excluded || rules_.on_the_way.contains(path) ||
                 rules_.patterns.may_include_below(path);
    if (!include && !enter)
        return;

    struct stat status;
    int fd = cursor_.open(directory.path);
    if (fd < 0 || ::fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT || errno == ENOTDIR || (!include && errno == EACCES))
            return; // removed meanwhile
        fail("read", path);
    }
    auto type = type_of(status.st_mode);
    if (!type || (!include && type != Entry::Type::directory))
        return;
    if (include)
        list_parents(); // before noting the list index of a linked file
    auto entry = describe(path, *type, status, fd, name);
    if (!entry)
        return;
    bool descend = type == Entry::Type::directory && enter &&
                   !(include && hand_over && hand_over(path, decision));
    if (descend)
        push(*entry, std::move(decision), include);
    else
        entries.add(*entry);
}

void Walk::push(const Entry &entry, IgnorePatterns::Decision decision, bool include) {
    Directory directory;
    int fd = cursor_.open(entry.path);
    if (fd < 0 || !directory.names.read(fd)) {
        if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || (!include && errno == EACCES))
            return;
        fail("read the directory", entry.path);
    }
    directory.path = entry.path;
    directory.decision = std::move(decision);
    directory.listed = include;
    if (include)
        entries.add(entry);
    else
        directory.entry = entry;
    directories_.push_back(std::move(directory));
}

// Its strings are valid until the next call.
std::optional<Entry> Walk::describe(std::string_view path, Entry::Type type,
                                    const struct stat &status, int fd, const char *name) {
    Entry entry;
    entry.path = path;
    entry.type = type;
    entry.mode = type == Entry::Type::symlink ? 0777u : status.st_mode & 07777u;
    entry.mtime_ns = modified_ns(status);
    if (type == Entry::Type::symlink) {
        target_.resize(static_cast<std::size_t>(status.st_size) + 1);
        for (;;) {
            auto size = ::readlinkat(fd, name, target_.data(), target_.size());
            if (size < 0 && (errno == ENOENT || errno == EINVAL))
                return std::nullopt;
            if (size < 0)
                fail("read the symlink", entry.path);
            bool all = static_cast<std::size_t>(size) < target_.size();
            target_.resize(all ? static_cast<std::size_t>(size) : 2 * target_.size());
            if (all)
                break;
        }
        entry.link_target = target_;
    } else if (type == Entry::Type::character || type == Entry::Type::block) {
        entry.device = status.st_rdev;
    } else if (type == Entry::Type::file) {
        if (status.st_nlink > 1)
            linked.push_back({entries.size(), status.st_dev, status.st_ino});
        entry.size = static_cast<std::uint64_t>(status.st_size);
        bytes += entry.size;
        entry.ctime_ns = changed_ns(status);
        entry.inode = status.st_ino;
    }
    return entry;
}

// An excluded directory is part of the context as soon as something inside it is.
void Walk::list_parents() {
    for (auto &directory : directories_)
        if (!directory.listed) {
            directory.listed = true;
            directory.entry.path = directory.path; // whose address may have changed
            entries.add(directory.entry);
        }
}

} // namespace berth::context
