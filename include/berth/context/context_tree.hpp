// The local files of a build context: what there is after .dockerignore, what changed since the
// builder last saw it, and the tar stream that brings it there.
#pragma once

#include "berth/context/entry_list.hpp"
#include "berth/context/ignore.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth::context {

// What the builder holds, or should hold.
struct Manifest {
    EntryList entries;

    // A compact text (NUL-separated records), as it is stored in the builder beside the files.
    std::string serialize() const;
    // Its size in bytes, without making it.
    std::uint64_t serialized_size() const;
    // SHA-256 of serialize(), as hex.
    std::string digest() const;
    std::uint64_t total_size() const;
};

// serialize() piece by piece: of a million files it takes 100 MB. The manifest must outlive it.
class ManifestText {
  public:
    explicit ManifestText(const Manifest &manifest);
    // Fills the buffer; 0 is the end.
    std::size_t read(char *buffer, std::size_t size);
    // What comes next of it, good until the next call; empty at the end.
    std::string_view next();

  private:
    const Manifest &manifest_;
    std::size_t entry_ = 0; // the first that is not in a piece yet
    std::string piece_;
    std::size_t piece_at_ = 0;
};

// Reads such a text, which may have been damaged, as it comes.
class ManifestReader {
  public:
    // `take` gets each entry; its strings are good for the call.
    explicit ManifestReader(std::function<void(const Entry &)> take);
    // A part of the text. Throws Error when it is no manifest of this version: anything but what
    // serialize() writes of a tree (order, folders before what they hold).
    void feed(std::string_view part);
    // That was all. Throws likewise.
    void finish();

  private:
    void read();
    void check(const Entry &entry);

    std::function<void(const Entry &)> take_;
    std::string text_; // what is still to be read
    bool begun_ = false;
    std::string last_;                 // path
    std::vector<std::string> folders_; // that the last entry is in
};

// Walks `directory`. Folders that a pattern excludes are left out with all they hold, unless an
// exception may match inside; the parents of what is included are included. Sockets are empty
// files, as with docker buildx. `always` are paths that no pattern excludes (the Dockerfile and
// .dockerignore, which the frontend wants to read); those outside the context, or not there, are
// passed over. Throws Error naming the path that cannot be read; that a file's content cannot be
// read shows when it is sent. What vanishes during the walk is left out. Symlinks are never
// followed. A second name of a file is an entry with hard_link, mode and mtime only. `threads`: at
// most so many take part, 0 means what this machine is good for.
Manifest scan(const std::filesystem::path &directory, const IgnorePatterns &patterns,
              const std::vector<std::string> &always = {}, unsigned threads = 0);

// Would scan() give so many entries, or so many bytes of files? Walks no further than it takes to
// tell.
bool scan_reaches(const std::filesystem::path &directory, const IgnorePatterns &patterns,
                  const std::vector<std::string> &always, std::size_t entries, std::uint64_t bytes);

// What turns what the builder holds into `after`.
struct Changes {
    // Paths, to be removed before sending; a folder stands for all in it. Also what gives way to
    // another type.
    std::vector<std::string> remove;
    // Indexes of after.entries, in order: what is new or differs, the other names of hard links
    // that are sent, and the folders whose time changes by what is made or removed in them.
    std::vector<std::size_t> send;
    // Of these, files that changed within the second and kept their size: see renewed_times().
    std::vector<std::size_t> renew;
};

// Takes what the builder holds entry by entry, so that it is never in memory as a whole.
class Comparison {
  public:
    // `after` must outlive it.
    explicit Comparison(const Manifest &after);
    // The next that the builder holds.
    void next(const Entry &before);
    Changes finish();

  private:
    void take(const Entry *before);
    bool link_moved(const Entry &entry) const;
    void remove(const Entry &entry);
    void note_folder(const Entry &entry);
    void leave_folders(std::string_view one, std::string_view other);
    void touch_parent(std::string_view path);

    const EntryList &after_;
    std::size_t at_ = 0; // the first of them that was not compared yet
    std::vector<bool> sent_;
    std::vector<std::size_t> folders_; // of after_, those that the place in the walk is in
    Changes changes_;
};

// The times of sent entries that busybox tar does not restore (of symlinks, of folders with links
// in them, and those before 1970): a POSIX shell script for the context's folder in the builder, to
// be run there after unpacking. Empty when there are none.
std::string late_times(const Manifest &manifest, const std::vector<std::size_t> &send);

// Likewise, of Changes::renew: BuildKit compares size and time with its own copy, and would take a
// file whose time is the same whole second for unchanged. Their time becomes that of unpacking.
std::string renewed_times(const Manifest &manifest, const std::vector<std::size_t> &renew);

// The tar stream of some entries, made while it is read, in constant memory: GNU tar's format,
// which is what busybox tar understands of long names and big files; uid and gid 0, whole seconds.
// Folders come twice, at the end once more, children first, since only then their times stay.
// A file that grew since the scan is cut at its size of then; one that shrank or vanished is an
// Error that names it and says to build again. `manifest` must outlive the archive.
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
