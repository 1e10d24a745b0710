// Unpacks an exported tar stream below a directory. Every folder on the way to a member is opened
// without following symlinks, so neither a link from the archive nor one that was there before can
// lead outside.
#include "berth/build/extract.hpp"

#include "berth/context/path_pattern.hpp"
#include "berth/util/directory_cursor.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace berth::build {
namespace {

constexpr std::size_t block_size = 1u << 18;

struct Source {
    explicit Source(const std::function<std::size_t(char *, std::size_t)> &from) : input(from) {}

    const std::function<std::size_t(char *, std::size_t)> &input;
    std::vector<char> block = std::vector<char>(block_size);
    std::exception_ptr error; // of `input`: libarchive is C and must not be thrown through

    static la_ssize_t read(struct archive *, void *self, const void **data) {
        auto &source = *static_cast<Source *>(self);
        try {
            *data = source.block.data();
            return static_cast<la_ssize_t>(source.input(source.block.data(), source.block.size()));
        } catch (...) {
            source.error = std::current_exception();
            return -1;
        }
    }
};

class Extraction {
  public:
    Extraction(const std::function<std::size_t(char *, std::size_t)> &input,
               const std::filesystem::path &root)
        : source_(input),
          root_(root),
          archive_(archive_read_new(), archive_read_free),
          cursor_(open_root(root)) {
        check(archive_read_support_format_tar(archive_.get()));
        check(archive_read_open(archive_.get(), &source_, nullptr, &Source::read, nullptr));
    }

    void run() {
        archive_entry *entry = nullptr;
        for (;;) {
            auto result = archive_read_next_header(archive_.get(), &entry);
            if (result == ARCHIVE_EOF)
                break;
            check(result); // a warning tells of a name the C locale cannot show: it comes as it is
            member(entry);
        }
        finish_folders();
    }

  private:
    struct Folder {
        std::string path;
        mode_t mode;
        timespec mtime;
    };

    // With the mode that docker buildx gives them.
    static void make_folders(const std::filesystem::path &path) {
        std::error_code ignored;
        if (path.empty() || std::filesystem::exists(path, ignored))
            return;
        make_folders(path.parent_path());
        ::mkdir(path.c_str(), 0700); // opening it says why not
    }

    static FileDescriptor open_root(const std::filesystem::path &root) {
        make_folders(root);
        FileDescriptor fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd)
            throw Error(fmt::format("cannot write to the directory {}: {}",
                                    printable(root.native()), errno_text(errno)));
        return fd;
    }

    void check(int result) {
        if (source_.error)
            std::rethrow_exception(source_.error);
        if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
            return;
        const char *why = archive_error_string(archive_.get());
        throw Error(fmt::format("cannot unpack the exported files{}: {}",
                                path_.empty() ? "" : fmt::format(" (after {})", printable(path_)),
                                why ? printable(why) : "damaged archive"));
    }

    [[noreturn]] void fail(std::string_view why, std::string_view hint = {}) const {
        throw Error(fmt::format("cannot unpack {} to {}: {}", printable(path_),
                                printable(root_.native()), why),
                    ExitCode::failure, std::string(hint));
    }
    [[noreturn]] void fail_errno(const char *what) const {
        fail(fmt::format("{}: {}", what, errno_text(errno)));
    }

    // A member's path without `./` and slashes at its ends; nothing may go up.
    std::string checked(const char *name) const {
        std::string_view path = name ? name : "";
        if (path.empty())
            fail("it has no name");
        if (path.starts_with('/'))
            fail(fmt::format("the path {} is absolute", printable(path)));
        for (const auto &part : split(path, '/'))
            if (part == "..")
                fail(fmt::format("the path {} leads out of the directory", printable(path)));
        return clean_path(path);
    }

    void member(archive_entry *entry) {
        const char *name = archive_entry_pathname(entry);
        path_ = name ? name : "";
        path_ = checked(name);
        bool privileged = ::geteuid() == 0;
        mode_t mode = archive_entry_perm(entry) & (privileged ? 07777u : 01777u);
        timespec mtime{archive_entry_mtime(entry), archive_entry_mtime_nsec(entry)};
        auto type = archive_entry_filetype(entry);
        if (path_ == ".") {
            if (type != AE_IFDIR)
                fail("it is no directory");
            return; // the destination keeps its own mode and time
        }
        int folder = parent();
        auto base = std::string(name_of(path_));

        if (const char *target = archive_entry_hardlink(entry)) {
            hard_link(target, base);
            return;
        }
        switch (type) {
        case AE_IFDIR:
            directory(folder, base, mode, mtime);
            return;
        case AE_IFREG:
            file(folder, base, mode, mtime);
            return;
        case AE_IFLNK: {
            const char *target = archive_entry_symlink(entry);
            create(folder, base, "make the symlink",
                   [&] { return ::symlinkat(target ? target : "", folder, base.c_str()); });
            break;
        }
        case AE_IFIFO:
            create(folder, base, "make the named pipe",
                   [&] { return ::mkfifoat(folder, base.c_str(), 0600); });
            break;
        case AE_IFCHR:
        case AE_IFBLK:
            create(folder, base, "make the device", [&] {
                return ::mknodat(folder, base.c_str(), static_cast<mode_t>(type | 0600u),
                                 archive_entry_rdev(entry));
            });
            break;
        default:
            fail("its type is unknown");
        }
        if (type != AE_IFLNK && ::fchmodat(folder, base.c_str(), mode, 0) != 0)
            fail_errno("set its mode");
        set_time(folder, base, mtime);
    }

    // The folder the member is in, made when the archive did not bring it.
    int parent() {
        auto path = parent_of(path_);
        int fd = cursor_.open(path);
        if (fd >= 0)
            return fd;
        for (std::size_t end = 0; end != std::string_view::npos;) {
            end = path.find('/', end + 1);
            auto part = path.substr(0, end);
            fd = cursor_.open(part);
            if (fd < 0 && errno == ENOENT) {
                fd = cursor_.open(parent_of(part));
                if (fd >= 0 && ::mkdirat(fd, std::string(name_of(part)).c_str(), 0777) == 0)
                    fd = cursor_.open(part);
            }
            if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
                fail(fmt::format("{} is a symlink or no directory", printable(part)),
                     "remove it, or give an empty directory");
            if (fd < 0)
                fail_errno("open its folder");
        }
        return fd;
    }

    // What is in the member's place gives way, as with docker buildx: a folder with all in it.
    template<class Make>
    void create(int folder, const std::string &base, const char *what, Make make) {
        if (make() == 0)
            return;
        if (errno == EEXIST) {
            remove(folder, base);
            if (make() == 0)
                return;
        }
        fail_errno(what);
    }

    void remove(int folder, const std::string &base) {
        if (::unlinkat(folder, base.c_str(), 0) == 0 || errno == ENOENT)
            return;
        if (errno != EISDIR && errno != EPERM)
            fail_errno("remove what is in its place");
        remove_directory(folder, base.c_str());
    }

    void remove_directory(int folder, const char *base) {
        int fd = ::openat(folder, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        std::unique_ptr<DIR, int (*)(DIR *)> opened(fd < 0 ? nullptr : ::fdopendir(fd), ::closedir);
        if (!opened)
            fail_errno("remove the directory in its place");
        while (auto *entry = ::readdir(opened.get())) {
            std::string name = entry->d_name;
            if (name != "." && name != "..")
                remove(fd, name);
        }
        if (::unlinkat(folder, base, AT_REMOVEDIR) != 0)
            fail_errno("remove the directory in its place");
    }

    void directory(int folder, const std::string &base, mode_t mode, timespec mtime) {
        auto make = [&] { return ::mkdirat(folder, base.c_str(), 0700); };
        struct stat status;
        if (::fstatat(folder, base.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISDIR(status.st_mode))
            create(folder, base, "make the directory", make);
        folders_.push_back({path_, mode, mtime});
    }

    void file(int folder, const std::string &base, mode_t mode, timespec mtime) {
        FileDescriptor fd;
        create(folder, base, "make the file", [&] {
            fd = FileDescriptor(::openat(
                folder, base.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
            return fd ? 0 : -1;
        });
        const void *data = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        la_int64_t end = 0;
        for (;;) {
            auto result = archive_read_data_block(archive_.get(), &data, &size, &offset);
            if (result == ARCHIVE_EOF)
                break;
            check(result);
            write(fd.get(), {static_cast<const char *>(data), size}, offset);
            end = offset + static_cast<la_int64_t>(size);
        }
        if (offset > end && ::ftruncate(fd.get(), offset) != 0) // a hole at the end
            fail_errno("set its size");
        timespec times[2] = {{0, UTIME_OMIT}, mtime};
        if (::fchmod(fd.get(), mode) != 0 || ::futimens(fd.get(), times) != 0)
            fail_errno("set its mode and time");
    }

    void write(int fd, std::string_view bytes, la_int64_t offset) const {
        while (!bytes.empty()) {
            auto count = ::pwrite(fd, bytes.data(), bytes.size(), offset);
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                fail_errno("write");
            bytes.remove_prefix(static_cast<std::size_t>(count));
            offset += count;
        }
    }

    void hard_link(const char *name, const std::string &base) {
        auto target = checked(name);
        auto link = path_;
        if (target == link)
            return;
        path_ = target;
        FileDescriptor from(::fcntl(parent(), F_DUPFD_CLOEXEC, 0));
        path_ = link;
        int folder = parent();
        auto from_base = std::string(name_of(target));
        struct stat status;
        if (::fstatat(from.get(), from_base.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            S_ISDIR(status.st_mode))
            fail(fmt::format("it is a hard link to {}, which is no file there", printable(target)));
        create(folder, base, "make the hard link",
               [&] { return ::linkat(from.get(), from_base.c_str(), folder, base.c_str(), 0); });
    }

    void set_time(int folder, const std::string &base, timespec mtime) const {
        timespec times[2] = {{0, UTIME_OMIT}, mtime};
        if (::utimensat(folder, base.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
            fail_errno("set its time");
    }

    // Modes and times of folders come last: one may be read-only, and files change its time.
    void finish_folders() {
        std::stable_sort(folders_.begin(), folders_.end(), [](const auto &l, const auto &r) {
            return compare_paths(l.path, r.path) > 0;
        });
        for (const auto &folder : folders_) {
            path_ = folder.path;
            int fd = cursor_.open(path_);
            timespec times[2] = {{0, UTIME_OMIT}, folder.mtime};
            if (fd < 0 || ::fchmod(fd, folder.mode) != 0 || ::futimens(fd, times) != 0)
                fail_errno("set its mode and time");
        }
    }

    Source source_;
    std::filesystem::path root_;
    std::unique_ptr<struct archive, int (*)(struct archive *)> archive_;
    DirectoryCursor cursor_;
    std::string path_; // of the member at hand
    std::vector<Folder> folders_;
};

} // namespace

void extract_tar(const std::function<std::size_t(char *buffer, std::size_t size)> &input,
                 const std::filesystem::path &directory) {
    Extraction(input, directory).run();
}

} // namespace berth::build
