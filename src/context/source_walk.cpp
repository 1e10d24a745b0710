// SPDX-License-Identifier: Apache-2.0
#include "berth/context/source_walk.hpp"

#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "file_times.hpp"
#include "link_text.hpp"
#include "source_filter.hpp"
#include "walk.hpp"
#include "xattrs.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <unordered_map>
#include <utility>

namespace berth::context {
namespace {

struct FileIdHash {
    std::size_t operator()(const std::pair<dev_t, ino_t> &id) const {
        return static_cast<std::size_t>(id.second * 1'000'003u ^ id.first);
    }
};

class SourceWalk {
  public:
    SourceWalk(const std::filesystem::path &root, const SourceFilter &filter,
               const std::function<void(const SourceEntry &)> &take)
        : root_(root), filter_(root, filter), take_(take), cursor_(root) {}

    void run() {
        enter({.path = "", .names = {}, .decision = filter_.root(), .status = {}, .listed = true});
        while (!directories_.empty()) {
            if (const char *name = directories_.back().names.next())
                look_at(name);
            else
                directories_.pop_back();
        }
    }

  private:
    struct Directory {
        std::string path;
        Names names;
        CompiledFilter::Decision decision;
        struct stat status;
        bool listed;
    };

    void look_at(const char *name) {
        auto &directory = directories_.back();
        std::string path = directory.path;
        if (!path.empty())
            path += '/';
        path += name;

        auto decision = filter_.decide(path, directory.decision);
        // Most excluded entries need no further look.
        if (!decision.included && !filter_.may_include_below(path, decision))
            return;
        struct stat status;
        int fd = cursor_.open(directory.path);
        if (fd < 0 || ::fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || !decision.included)
                return;
            fail("read", path);
        }
        bool is_directory = S_ISDIR(status.st_mode);
        if (decision.included) {
            list_parents();
            list(path, status);
        }
        if (is_directory && filter_.may_include_below(path, decision)) {
            bool listed = decision.included;
            enter({std::move(path), {}, std::move(decision), status, listed});
        }
    }

    void enter(Directory directory) {
        int fd = cursor_.open(directory.path);
        if (fd < 0 || !directory.names.read(fd)) {
            bool vanished = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
            bool unseen = !directory.listed && errno == EACCES;
            if (!directory.path.empty() && (vanished || unseen))
                return;
            fail("read the directory", directory.path);
        }
        directories_.push_back(std::move(directory));
    }

    // A directory that is not included itself is listed as soon as something inside it is.
    void list_parents() {
        for (auto &directory : directories_)
            if (!std::exchange(directory.listed, true))
                list(directory.path, directory.status);
    }

    void list(const std::string &path, const struct stat &status) {
        SourceEntry entry{.path = path, .status = status};
        std::string name(name_of(path));
        int fd = cursor_.open(parent_of(path));
        if (fd < 0)
            return; // vanished
        std::string target;
        if (S_ISLNK(status.st_mode)) {
            auto text = read_link(fd, name, status);
            if (!text && (errno == ENOENT || errno == EINVAL))
                return;
            if (!text)
                fail("read the symlink", path);
            target = *std::move(text);
            entry.link_target = target;
        } else if (!S_ISDIR(status.st_mode) && status.st_nlink > 1) {
            auto [first, is_new] = first_names_.try_emplace({status.st_dev, status.st_ino}, path);
            if (!is_new)
                entry.first_name = first->second;
        }
        entry.xattrs = xattrs_.read(fd, name, status);
        take_(entry);
    }

    [[noreturn]] void fail(const char *what, std::string_view path) const {
        auto error = errno;
        throw Error(fmt::format("cannot {} {}: {}", what, printable((root_ / path).native()),
                                errno_text(error)),
                    ExitCode::failure,
                    error == EACCES ? "make it readable, or exclude it in .dockerignore" : "");
    }

    const std::filesystem::path &root_;
    CompiledFilter filter_;
    const std::function<void(const SourceEntry &)> &take_;
    DirectoryCursor cursor_;
    XattrReader xattrs_;
    std::vector<Directory> directories_;
    std::unordered_map<std::pair<dev_t, ino_t>, std::string, FileIdHash> first_names_;
};

} // namespace

std::int64_t modified_ns(const struct stat &status) {
    return nanoseconds(modified_time(status));
}

std::int64_t changed_ns(const struct stat &status) {
    return nanoseconds(changed_time(status));
}

void walk_source(const std::filesystem::path &root, const SourceFilter &filter,
                 const std::function<void(const SourceEntry &)> &take) {
    SourceWalk(root, filter, take).run();
}

} // namespace berth::context
