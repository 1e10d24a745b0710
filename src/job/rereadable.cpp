// SPDX-License-Identifier: Apache-2.0
#include "rereadable.hpp"

#include "berth/util/nameless_file.hpp"

#include <algorithm>
#include <memory>
#include <mutex>

namespace berth::job {
namespace {

class Kept {
  public:
    explicit Kept(session::ByteSource source) : source_(std::move(source)) {}

    std::size_t read(char *buffer, std::size_t size, std::int64_t offset) {
        std::lock_guard lock(mutex_);
        auto there = static_cast<std::size_t>(file_.size() - offset);
        if (there > 0) {
            auto count = std::min(size, there);
            file_.read(buffer, count, offset);
            return count;
        }
        auto count = source_(buffer, size);
        file_.append({buffer, count});
        return count;
    }

  private:
    session::ByteSource source_;
    NamelessFile file_{"the archive on standard input"};
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
