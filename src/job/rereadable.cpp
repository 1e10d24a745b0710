// SPDX-License-Identifier: Apache-2.0
#include "rereadable.hpp"

#include "berth/util/error.hpp"
#include "berth/util/nameless_file.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

namespace berth::job {
namespace {

class Kept {
  public:
    explicit Kept(session::ByteSource source) : source_(std::move(source)) {}

    std::size_t read(char *buffer, std::size_t size, std::int64_t offset) {
        std::lock_guard lock(mutex_);
        if (offset == read_)
            return read_on(buffer, size);
        if (lost_)
            throw Error(*lost_);
        auto count = std::min(size, static_cast<std::size_t>(read_ - offset));
        file_.read(buffer, count, offset);
        return count;
    }

  private:
    std::size_t read_on(char *buffer, std::size_t size) {
        auto count = source_(buffer, size);
        read_ += static_cast<std::int64_t>(count);
        try {
            if (!lost_)
                file_.append({buffer, count});
        } catch (const Error &error) { // most builds do without the file
            lost_ = error;
        }
        return count;
    }

    session::ByteSource source_;
    NamelessFile file_{"the archive on standard input"};
    std::optional<Error> lost_; // why the file does not have all
    std::int64_t read_ = 0;     // bytes of the source
    std::mutex mutex_;
};

} // namespace

session::ByteSource rereadable(session::ByteSource source) {
    auto kept = std::make_shared<Kept>(std::move(source));
    return [kept, offset = std::int64_t{0}](char *buffer, std::size_t size) mutable {
        auto count = kept->read(buffer, size, offset);
        offset += static_cast<std::int64_t>(count);
        return count;
    };
}

} // namespace berth::job
