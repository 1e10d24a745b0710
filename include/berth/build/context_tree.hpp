// The local files of a build context: what there is after .dockerignore, what changed since the
// builder last saw it, and the tar stream that brings it there.
#pragma once

#include "berth/build/ignore.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::build {

struct Entry {
    enum class Type : char {
        file = 'f',
        directory = 'd',
        symlink = 'l',
        fifo = 'p',
        character = 'c',
        block = 'b'
    };
    std::string path; // slash-separated, relative to the context
    Type type = Type::file;
    std::uint32_t mode = 0;       // permission bits with setuid, setgid and sticky
    std::uint64_t size = 0;       // of a file
    std::int64_t mtime_ns = 0;    // kept in the builder: it is part of an image's layers
    std::int64_t ctime_ns = 0;    // files only: tells a change that kept size and mtime
    std::uint64_t inode = 0;      // files only
    std::string link_target = {}; // of a symlink; of a hard link: the path of its first name
    bool hard_link = false;
    std::uint64_t device = 0; // of a device node
    bool operator==(const Entry &) const = default;
};

// What the builder holds, or should hold: entries sorted by path, parents before children.
struct Manifest {
    std::vector<Entry> entries;

    // A compact text (NUL-separated records), as it is stored in the builder beside the files.
    std::string serialize() const;
    // Throws Error when it is no manifest of this version.
    static Manifest parse(std::string_view text);
    // SHA-256 of serialize(), as hex.
    std::string digest() const;
    std::uint64_t total_size() const;
};

// Walks `directory`. Folders that a pattern excludes are left out with all they hold, unless an
// exception may match inside; the parents of what is included are included. Sockets are left out,
// as docker buildx does. `always` are paths that no pattern excludes (the Dockerfile and
// .dockerignore, which the frontend wants to read). Throws Error naming the path that cannot be
// read. Symlinks are never followed.
Manifest scan(const std::filesystem::path &directory, const IgnorePatterns &patterns,
              const std::vector<std::string> &always = {});

// What turns `before` into `after`.
struct Changes {
    std::vector<std::string> remove; // paths, children after their parents; removed before sending
    std::vector<std::size_t> send;   // indexes of after.entries, in order
};
Changes compare(const Manifest &before, const Manifest &after);

// The tar stream (pax where needed; uid and gid 0, nanosecond times) of some entries, made while it
// is read: constant memory. A file that grew since the scan is cut at its size of then; one that
// shrank or vanished is an Error that names it and says to build again.
class TreeArchive {
  public:
    TreeArchive(std::filesystem::path directory, const Manifest &manifest,
                std::vector<std::size_t> send);
    ~TreeArchive();
    TreeArchive(const TreeArchive &) = delete;
    TreeArchive &operator=(const TreeArchive &) = delete;

    // Fills the buffer; 0 at the end.
    std::size_t read(char *buffer, std::size_t size);
    // Bytes of file content put into the stream so far.
    std::uint64_t content_bytes() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace berth::build
