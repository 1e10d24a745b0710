// SPDX-License-Identifier: Apache-2.0
#include "berth/util/spill_queue.hpp"

#include "berth/util/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace berth {
namespace {

using Size = std::uint64_t; // precedes each message in the file

FileDescriptor nameless_file() {
    const char *directory = std::getenv("TMPDIR");
    std::string path = directory == nullptr || *directory == '\0' ? "/tmp" : directory;
    path += "/berth-log-XXXXXX";
    FileDescriptor file(::mkstemp(path.data()));
    if (!file)
        throw Error("cannot create a temporary file for the build log: " + path + ": " +
                    errno_text(errno));
    ::unlink(path.c_str());
    ::fcntl(file.get(), F_SETFD, FD_CLOEXEC);
    return file;
}

[[noreturn]] void fail(const char *what) {
    throw Error(std::string("cannot ") + what +
                    " the temporary file of the build log: " + errno_text(errno),
                ExitCode::failure, "free disk space, or set TMPDIR to another directory");
}

} // namespace

void SpillQueue::push(std::string message) {
    std::lock_guard lock(mutex_);
    if (written_ == read_at_ && bytes_ + message.size() <= in_memory_) {
        bytes_ += message.size();
        waiting_.push_back(std::move(message));
    } else {
        spill(message);
    }
    changed_.notify_one();
}

void SpillQueue::spill(std::string_view message) {
    if (!file_)
        file_ = nameless_file();
    Size size = message.size();
    append({reinterpret_cast<const char *>(&size), sizeof size});
    append(message);
}

void SpillQueue::append(std::string_view bytes) {
    while (!bytes.empty()) {
        auto count = ::pwrite(file_.get(), bytes.data(), bytes.size(), written_);
        if (count < 0 && errno != EINTR)
            fail("write");
        auto done = count > 0 ? static_cast<std::size_t>(count) : 0;
        bytes.remove_prefix(done);
        written_ += static_cast<std::int64_t>(done);
    }
}

void SpillQueue::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_one();
}

bool SpillQueue::pop(std::string &message) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty() || written_ != read_at_; });
    if (!waiting_.empty()) {
        message = std::move(waiting_.front());
        waiting_.pop_front();
        bytes_ -= message.size();
        return true;
    }
    if (written_ == read_at_)
        return false;
    read_back(message);
    return true;
}

void SpillQueue::read_back(std::string &message) {
    auto read = [this](void *buffer, std::size_t size) {
        for (std::size_t done = 0; done < size;) {
            auto count = ::pread(file_.get(), static_cast<char *>(buffer) + done, size - done,
                                 read_at_ + static_cast<std::int64_t>(done));
            if (count == 0 || (count < 0 && errno != EINTR))
                fail("read");
            done += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
        read_at_ += static_cast<std::int64_t>(size);
    };
    Size size = 0;
    read(&size, sizeof size);
    message.resize(size);
    read(message.data(), size);
    if (read_at_ == written_ && ::ftruncate(file_.get(), 0) == 0)
        read_at_ = written_ = 0;
}

} // namespace berth
