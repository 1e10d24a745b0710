// SPDX-License-Identifier: Apache-2.0
#include "berth/util/spill_queue.hpp"

namespace berth {
namespace {

using Size = std::uint64_t; // precedes each message in the file

} // namespace

void SpillQueue::push(std::string message) {
    std::lock_guard lock(mutex_);
    if (read_at_ == file_.size() && bytes_ + message.size() <= in_memory_) {
        bytes_ += message.size();
        waiting_.push_back(std::move(message));
    } else {
        spill(message);
    }
    changed_.notify_one();
}

void SpillQueue::spill(std::string_view message) {
    Size size = message.size();
    file_.append({reinterpret_cast<const char *>(&size), sizeof size});
    file_.append(message);
}

void SpillQueue::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_one();
}

bool SpillQueue::pop(std::string &message) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [this] { return closed_ || !waiting_.empty() || read_at_ != file_.size(); });
    if (!waiting_.empty()) {
        message = std::move(waiting_.front());
        waiting_.pop_front();
        bytes_ -= message.size();
        return true;
    }
    if (read_at_ == file_.size())
        return false;
    read_back(message);
    return true;
}

void SpillQueue::read_back(std::string &message) {
    auto read = [this](void *buffer, std::size_t size) {
        file_.read(buffer, size, read_at_);
        read_at_ += static_cast<std::int64_t>(size);
    };
    Size size = 0;
    read(&size, sizeof size);
    message.resize(size);
    read(message.data(), size);
    if (read_at_ == file_.size())
        file_.clear();
    if (file_.size() == 0)
        read_at_ = 0;
}

} // namespace berth
