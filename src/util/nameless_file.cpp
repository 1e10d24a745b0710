// SPDX-License-Identifier: Apache-2.0
#include "berth/util/nameless_file.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace berth {
namespace {

FileDescriptor create() {
    const char *directory = std::getenv("TMPDIR");
    std::string path = directory == nullptr || *directory == '\0' ? "/tmp" : directory;
    path += "/berth-XXXXXX";
    FileDescriptor file(::mkstemp(path.data()));
    if (file) {
        ::unlink(path.c_str());
        ::fcntl(file.get(), F_SETFD, FD_CLOEXEC);
    }
    return file;
}

} // namespace

void NamelessFile::fail(const char *what) const {
    throw Error(
        fmt::format("cannot {} the temporary file of {}: {}", what, purpose_, errno_text(errno)),
        ExitCode::failure, "free disk space, or set TMPDIR to another directory");
}

void NamelessFile::append(std::string_view bytes) {
    if (!file_ && !(file_ = create()))
        fail("create");
    while (!bytes.empty()) {
        auto count = ::pwrite(file_.get(), bytes.data(), bytes.size(), size_);
        if (count < 0 && errno != EINTR)
            fail("write");
        auto done = count > 0 ? static_cast<std::size_t>(count) : 0;
        bytes.remove_prefix(done);
        size_ += static_cast<std::int64_t>(done);
    }
}

void NamelessFile::read(void *buffer, std::size_t size, std::int64_t offset) const {
    for (std::size_t done = 0; done < size;) {
        auto count = ::pread(file_.get(), static_cast<char *>(buffer) + done, size - done,
                             offset + static_cast<std::int64_t>(done));
        if (count == 0 || (count < 0 && errno != EINTR))
            fail("read");
        done += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
}

void NamelessFile::clear() {
    if (file_ && ::ftruncate(file_.get(), 0) == 0)
        size_ = 0;
}

} // namespace berth
