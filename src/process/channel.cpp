// SPDX-License-Identifier: Apache-2.0
#include "berth/process/channel.hpp"

#include <algorithm>
#include <cstring>

namespace berth::process {

void Channel::push(std::string_view bytes) {
    if (bytes.empty())
        return;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queued_ < capacity || closed_; });
    if (closed_)
        throw BrokenPipe();
    chunks_.emplace_back(bytes);
    queued_ += bytes.size();
    changed_.notify_all();
}

std::size_t Channel::pull(char *buffer, std::size_t size) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !chunks_.empty() || ended_ || closed_; });
    if (closed_ || (chunks_.empty() && failed_))
        throw BrokenPipe();
    if (chunks_.empty())
        return 0;
    auto &chunk = chunks_.front();
    auto count = std::min(size, chunk.size() - offset_);
    std::memcpy(buffer, chunk.data() + offset_, count);
    offset_ += count;
    if (offset_ == chunk.size()) {
        queued_ -= chunk.size();
        chunks_.pop_front();
        offset_ = 0;
        changed_.notify_all();
    }
    return count;
}

void Channel::end(bool failed) {
    std::lock_guard lock(mutex_);
    ended_ = true;
    failed_ = failed;
    changed_.notify_all();
}

void Channel::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

} // namespace berth::process
