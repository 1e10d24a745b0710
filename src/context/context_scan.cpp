// The walk through a context: what is there, after .dockerignore, without reading any content.
#include "berth/context/context_tree.hpp"
#include "berth/util/directory_cursor.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::context {
namespace {

std::int64_t nanoseconds(const timespec &time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

#ifdef __APPLE__ // its own names for what POSIX calls st_mtim and st_ctim
std::int64_t modified_ns(const struct stat &status) {
    return nanoseconds(status.st_mtimespec);
}
std::int64_t changed_ns(const struct stat &status) {
    return nanoseconds(status.st_ctimespec);
}
#else
std::int64_t modified_ns(const struct stat &status) {
    return nanoseconds(status.st_mtim);
}
std::int64_t changed_ns(const struct stat &status) {
    return nanoseconds(status.st_ctim);
}
#endif

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
        return std::nullopt; // POSIX knows no other
    }
}

// The names in a folder, sorted, in one piece of memory: a folder may hold a million of them.
class Names {
  public:
    // Takes a copy of `fd`. False with errno set when it cannot be read.
    bool read(int fd) {
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

    // Null behind the last.
    const char *next() {
        return next_ == starts_.size() ? nullptr : text_.c_str() + starts_[next_++];
    }

  private:
    std::string_view at(std::size_t start) const { return text_.c_str() + start; }

    std::string text_;
    std::vector<std::size_t> starts_;
    std::size_t next_ = 0;
};

class Scan {
  public:
    Scan(const std::filesystem::path &root, const IgnorePatterns &patterns,
         const std::vector<std::string> &always)
        : root_(root), patterns_(patterns), cursor_(root) {
        for (const auto &path : always) {
            auto cleaned = clean_path(path);
            if (cleaned == "." || cleaned.starts_with('/') || cleaned == ".." ||
                cleaned.starts_with("../"))
                continue; // outside of the context
            for (std::string_view parent = parent_of(cleaned); !parent.empty();
                 parent = parent_of(parent))
                on_the_way_.emplace(parent);
            always_.insert(std::move(cleaned));
        }
    }

    Manifest run() {
        while (go_on()) {
        }
        return {std::move(entries_)};
    }

    bool reaches(std::size_t entries, std::uint64_t bytes) {
        while (entries_.size() < entries && bytes_ < bytes)
            if (!go_on())
                return false;
        return true;
    }

  private:
    struct Folder {
        std::string path;
        Names names;
        IgnorePatterns::Decision decision;
        Entry entry = {};    // without its path
        bool listed = false; // its entry is in the list
    };

    // False when there is no more.
    bool go_on() {
        if (!begun_)
            begin();
        if (folders_.empty())
            return false;
        step();
        return true;
    }

    void begin() {
        begun_ = true;
        Folder top;
        top.decision = patterns_.root();
        top.listed = true;
        if (!top.names.read(cursor_.open("")))
            fail("read the directory", "");
        folders_.push_back(std::move(top));
    }

    [[noreturn]] void fail(const char *what, std::string_view path) const {
        auto error = errno;
        throw Error(fmt::format("cannot {} {} of the build context: {}", what,
                                printable((root_ / path).native()), errno_text(error)),
                    ExitCode::failure,
                    error == EACCES ? "make it readable, or leave it out by .dockerignore" : "");
    }

    void step() {
        auto &folder = folders_.back();
        const char *name = folder.names.next();
        if (!name) {
            folders_.pop_back();
            return;
        }
        std::string path = folder.path;
        if (!path.empty())
            path += '/';
        path += name;

        // Most of what is excluded need not be looked at, but a folder may hold exceptions.
        auto decision = patterns_.decide(path, folder.decision);
        bool include = !decision.excluded || always_.contains(path);
        bool enter =
            !decision.excluded || on_the_way_.contains(path) || patterns_.may_include_below(path);
        if (!include && !enter)
            return;

        struct stat status;
        int fd = cursor_.open(folder.path);
        if (fd < 0 || ::fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT || errno == ENOTDIR || (!include && errno == EACCES))
                return; // gone meanwhile
            fail("read", path);
        }
        auto type = type_of(status.st_mode);
        if (!type || (!include && type != Entry::Type::directory))
            return;
        if (include)
            list_parents(); // before a hard link's first name is noted by its place in the list
        auto entry = describe(path, *type, status, fd, name);
        if (!entry)
            return;
        if (type != Entry::Type::directory || !enter)
            entries_.add(*entry);
        else
            push(*entry, std::move(decision), include);
    }

    void push(const Entry &entry, IgnorePatterns::Decision decision, bool include) {
        Folder folder;
        int fd = cursor_.open(entry.path);
        if (fd < 0 || !folder.names.read(fd)) {
            if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
                (!include && errno == EACCES))
                return;
            fail("read the directory", entry.path);
        }
        folder.path = entry.path;
        folder.decision = std::move(decision);
        folder.listed = include;
        if (include)
            entries_.add(entry);
        else
            folder.entry = entry;
        folders_.push_back(std::move(folder));
    }

    // Its strings are good until the next call.
    std::optional<Entry> describe(std::string_view path, Entry::Type type,
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
            if (status.st_nlink > 1) {
                auto [first, is_first] =
                    first_names_.try_emplace({status.st_dev, status.st_ino}, entries_.size());
                if (!is_first) {
                    entry.hard_link = true;
                    entry.link_target = entries_[first->second].path;
                    return entry;
                }
            }
            entry.size = static_cast<std::uint64_t>(status.st_size);
            bytes_ += entry.size;
            entry.ctime_ns = changed_ns(status);
            entry.inode = status.st_ino;
        }
        return entry;
    }

    // An excluded folder is part of the context as soon as something inside it is.
    void list_parents() {
        for (auto &folder : folders_)
            if (!folder.listed) {
                folder.listed = true;
                folder.entry.path = folder.path; // wherever that has moved to
                entries_.add(folder.entry);
            }
    }

    std::filesystem::path root_;
    const IgnorePatterns &patterns_;
    DirectoryCursor cursor_;
    std::set<std::string, std::less<>> always_;
    std::set<std::string, std::less<>> on_the_way_;
    std::vector<Folder> folders_;
    EntryList entries_;
    std::uint64_t bytes_ = 0;
    bool begun_ = false;
    std::string target_; // of the symlink looked at last
    std::map<std::pair<dev_t, ino_t>, std::size_t> first_names_;
};

} // namespace

Manifest scan(const std::filesystem::path &directory, const IgnorePatterns &patterns,
              const std::vector<std::string> &always) {
    return Scan(directory, patterns, always).run();
}

bool scan_reaches(const std::filesystem::path &directory, const IgnorePatterns &patterns,
                  const std::vector<std::string> &always, std::size_t entries,
                  std::uint64_t bytes) {
    return Scan(directory, patterns, always).reaches(entries, bytes);
}

} // namespace berth::context
