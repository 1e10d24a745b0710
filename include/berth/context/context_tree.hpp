// SPDX-License-Identifier: Apache-2.0
// The files of a build context after .dockerignore, as `berth context` lists and archives them.
// (A build does not: BuildKit asks for what it needs, session/file_sync.hpp.)
#pragma once

#include "berth/context/entry_list.hpp"
#include "berth/context/ignore.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::context {

struct Manifest {
    EntryList entries;
};

// Walks `directory`. Directories that a pattern excludes are left out with all they hold, unless an
// exception may match inside; the parents of what is included are included. Sockets are empty
// files, as with docker buildx. `always` are paths that no pattern excludes (the Dockerfile and
// .dockerignore, which the frontend wants to read); those outside the context, or not there, are
// passed over. Throws Error naming the path that cannot be read; that a file's content cannot be
// read shows when it is sent. What vanishes during the walk is left out. Symlinks are never
// followed. A second name of a file is an entry with hard_link, mode and mtime only. `threads`: at
// most so many take part, 0 means what this machine is good for.
Manifest scan(const std::filesystem::path &directory, const IgnorePatterns &patterns,
              const std::vector<std::string> &always = {}, unsigned threads = 0);

// The tar stream of some entries, made while it is read, in constant memory: GNU tar's format,
// which is what busybox tar understands of long names and big files; uid and gid 0, whole seconds.
// Directories are repeated at the end, children first, since only then their times stay. A file
// that grew since the scan is cut at its size of then; one that shrank or vanished is an Error that
// names it and says to build again. `manifest` must outlive the archive.
class TreeArchive {
  public:
    TreeArchive(std::filesystem::path directory, const Manifest &manifest,
                std::vector<std::size_t> send);
    ~TreeArchive();
    TreeArchive(const TreeArchive &) = delete;
    TreeArchive &operator=(const TreeArchive &) = delete;

    // Fills the buffer; less than `size` only at the end, then 0.
    std::size_t read(char *buffer, std::size_t size);
    // Bytes of file content put into the stream so far.
    std::uint64_t content_bytes() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace berth::context
