// SPDX-License-Identifier: Apache-2.0
// The files of a build context after .dockerignore, as `berth context` lists and archives them. (A
// build does not use it: BuildKit requests single files, session/file_sync.hpp.)
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

// Walks `directory`. Skips excluded directories with their content, unless an exception may match
// inside; includes the parents of included entries. Sockets are empty files, as in docker buildx.
// `always` are paths that no pattern excludes (the Dockerfile and .dockerignore, which the frontend
// reads); paths outside the context and missing ones are ignored. Throws Error naming an unreadable
// path; unreadable content of a file shows only when it is sent. Skips entries that vanish during
// the walk. Never follows symlinks. A second name of a file is an entry with only hard_link, mode
// and mtime. `threads` is the maximum, 0 a number suited to this machine.
Manifest scan(const std::filesystem::path &directory, const IgnorePatterns &patterns,
              const std::vector<std::string> &always = {}, unsigned threads = 0);

// The tar stream of some entries, produced while it is read, in constant memory: in GNU tar's
// format, whose long names and big files busybox tar understands; uid and gid 0, whole seconds.
// Directories are repeated at the end, children first, so that their times stay. A file that grew
// since the scan is cut at its old size; one that shrank or vanished is an Error that names it and
// suggests building again. `manifest` must outlive the archive.
class TreeArchive {
  public:
    TreeArchive(std::filesystem::path directory, const Manifest &manifest,
                std::vector<std::size_t> send);
    ~TreeArchive();
    TreeArchive(const TreeArchive &) = delete;
    TreeArchive &operator=(const TreeArchive &) = delete;

    // Fills the buffer; less than `size` only at the end, then 0.
    std::size_t read(char *buffer, std::size_t size);
    // Bytes of file content in the stream so far.
    std::uint64_t content_bytes() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace berth::context
