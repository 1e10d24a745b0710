// SPDX-License-Identifier: Apache-2.0
#include "berth/context/entry_list.hpp"

#include "berth/util/paths.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace berth::context {

namespace {

constexpr std::size_t first_text = 2u << 10, largest_text = 64u << 10;

} // namespace

EntryList::EntryList(std::initializer_list<Entry> entries) {
    for (const auto &entry : entries)
        add(entry);
}

char *EntryList::room_for(std::size_t size) {
    if (size > text_left_) {
        text_piece_ = std::clamp(2 * text_piece_, first_text, largest_text);
        text_left_ = std::max(size, text_piece_);
        text_end_ = text_.emplace_back(new char[text_left_]).get();
    }
    auto *room = text_end_;
    text_end_ += size;
    text_left_ -= size;
    return room;
}

void EntryList::add(const Entry &entry) {
    bool link = is_link(entry);
    auto *text = room_for(entry.path.size() + 1 + (link ? entry.link_target.size() + 1 : 0));
    *std::copy(entry.path.begin(), entry.path.end(), text) = '\0';
    if (link)
        *std::copy(entry.link_target.begin(), entry.link_target.end(),
                   text + entry.path.size() + 1) = '\0';
    records_.push_back({.path = text,
                        .path_size = static_cast<std::uint32_t>(entry.path.size()),
                        .mode = static_cast<std::uint16_t>(entry.mode),
                        .type = entry.type,
                        .hard_link = entry.hard_link,
                        .size_or_device = is_device(entry.type) ? entry.device : entry.size,
                        .mtime_ns = entry.mtime_ns,
                        .ctime_ns = entry.ctime_ns,
                        .inode = entry.inode});
}

void EntryList::append(EntryList &&other) {
    if (records_.empty())
        std::swap(*this, other);
    // Frees the other list while copying it.
    for (; !other.records_.empty(); other.records_.pop_front())
        records_.push_back(other.records_.front());
    std::move(other.text_.begin(), other.text_.end(), std::back_inserter(text_));
    other = EntryList();
}

void EntryList::make_link(std::size_t i, std::string_view target) {
    auto &record = records_[i];
    auto *text = room_for(record.path_size + 1 + target.size() + 1);
    auto *after = std::copy_n(record.path, record.path_size + 1, text);
    *std::copy(target.begin(), target.end(), after) = '\0';
    record = {.path = text,
              .path_size = record.path_size,
              .mode = record.mode,
              .type = record.type,
              .hard_link = true,
              .size_or_device = 0,
              .mtime_ns = record.mtime_ns,
              .ctime_ns = 0,
              .inode = 0};
}

Entry EntryList::operator[](std::size_t i) const {
    const auto &record = records_[i];
    Entry entry{.path = {record.path, record.path_size},
                .type = record.type,
                .mode = record.mode,
                .mtime_ns = record.mtime_ns,
                .ctime_ns = record.ctime_ns,
                .inode = record.inode,
                .hard_link = record.hard_link};
    (is_device(record.type) ? entry.device : entry.size) = record.size_or_device;
    if (is_link(record.type, record.hard_link))
        entry.link_target = record.path + record.path_size + 1;
    return entry;
}

std::optional<std::size_t> EntryList::find(std::string_view path) const {
    auto found = std::lower_bound(
        records_.begin(), records_.end(), path, [](const Record &record, std::string_view other) {
            return compare_paths({record.path, record.path_size}, other) < 0;
        });
    if (found == records_.end() || std::string_view(found->path, found->path_size) != path)
        return std::nullopt;
    return static_cast<std::size_t>(found - records_.begin());
}

} // namespace berth::context
