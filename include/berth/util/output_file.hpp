// SPDX-License-Identifier: Apache-2.0
// Files and directories that the user named as destinations: --output, --metadata-file, --iidfile
// and so on. (berth's own files use write_file_atomically.)
#pragma once

#include "berth/util/file.hpp"
#include "berth/util/patient_write.hpp"
#include "berth/util/unfinished_file.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace berth {

// A result file that is being written.
//   - A regular file, or one that does not exist yet, is replaced when commit() is called: readers
//     see the old content or all of the new. An existing file keeps its mode, and its owner where
//     this user may set it; a new one gets its mode from the umask. Where the directory does not
//     let the file be replaced (not writable, a mount point) it is written in place. Until commit()
//     it is an UnfinishedFile, called .berth-tmp-* where it needs a name.
//   - A symlink's target is written, also one that does not exist yet.
//   - A device or a FIFO is written to. A FIFO waits up to `fifo_wait` for its reader.
//   - /dev/stdout, /dev/fd/N and /proc/self/fd/N write to that descriptor, at its position, if this
//     process inherited it.
//   - Directories and sockets are errors.
// Missing directories are created with the mode of the umask.
class OutputFile {
  public:
    // Opens it. Throws Error naming the path, as do the other functions; with the exit code
    // `cancelled` once `given_up` is true while the reader of a FIFO or pipe is waited for.
    explicit OutputFile(std::filesystem::path path, GivenUp given_up = {});

    void write(std::string_view bytes);
    // Without it the file stays as it was, unless it is written in place.
    void commit();

  private:
    void open_beside();
    void open_in_place();
    void open_special(bool fifo);
    void open_descriptor(int descriptor);
    void copy_into_place();
    [[noreturn]] void fail(int error) const;

    std::filesystem::path path_;   // as given
    std::filesystem::path target_; // behind all symlinks
    UnfinishedFile beside_;        // empty when file_ is written in place
    FileDescriptor file_;
    GivenUp given_up_;
};

void write_output_file(const std::filesystem::path &path, std::string_view content,
                       const GivenUp &given_up = {});

// Throws the Error that opening the destination would cause, as far as this can be known without
// changing anything: for a check before anything is built.
void check_output_file(const std::filesystem::path &path);
void check_output_directory(const std::filesystem::path &path);

// Creates missing directories with the mode of the umask. False, with errno set, on failure.
bool make_directories(const std::filesystem::path &path);

} // namespace berth
