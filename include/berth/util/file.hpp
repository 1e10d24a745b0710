// SPDX-License-Identifier: Apache-2.0
// Reading and writing whole files. Errors name the path and the system's reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

// Reading a FIFO may block forever, so it is read only if the user named it: `--secret src=<(pass
// show token)`.
enum class Special { refuse, read };

// The content of a file. Nothing if it does not exist. Throws if it is a directory or a refused
// special file, cannot be read, or is larger than `limit` bytes.
std::optional<std::string> read_file_if_exists(const std::filesystem::path &path,
                                               std::size_t limit = 64u << 20,
                                               Special special = Special::refuse);
// The same; a missing file throws too.
std::string read_file(const std::filesystem::path &path, std::size_t limit = 64u << 20,
                      Special special = Special::refuse);

// Writes a new file in the same directory, which then replaces `path`: readers see the old or the
// new content. Creates missing directories with mode 0700. `temporary_directory`, if
// given, is an existing directory of the same file system, for targets in a directory where every
// file has a meaning.
void write_file_atomically(const std::filesystem::path &path, std::string_view content,
                           unsigned mode = 0600,
                           const std::filesystem::path &temporary_directory = {});

// A private directory (0700, in TMPDIR or /tmp) that is removed with its contents. Throws Error if
// it cannot be created; `purpose` becomes part of its name.
class ScratchFolder {
  public:
    explicit ScratchFolder(std::string_view purpose);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder &) = delete;
    ScratchFolder &operator=(const ScratchFolder &) = delete;
    const std::filesystem::path &path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// The text for an errno value.
std::string errno_text(int error);

// A file descriptor that is closed on destruction.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(FileDescriptor &&other) noexcept : fd_(other.release()) {}
    FileDescriptor &operator=(FileDescriptor &&other) noexcept;
    ~FileDescriptor() { close(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release();
    void close();

  private:
    int fd_ = -1;
};

} // namespace berth
