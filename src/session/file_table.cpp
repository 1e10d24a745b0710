// SPDX-License-Identifier: Apache-2.0
#include "file_table.hpp"

#include "berth/util/paths.hpp"

#include <algorithm>

namespace berth::session {

void FileTable::add(std::uint32_t id, std::string_view path, bool empty) {
    std::lock_guard lock(mutex_);
    auto directory = parent_of(path);
    if (directories_.empty() || directories_.back() != directory)
        directories_.emplace_back(directory);
    auto name = name_of(path);
    records_.push_back(
        {.id = id,
         .directory = static_cast<std::uint32_t>(directories_.size() - 1) & 0x7fffffffu,
         .empty = empty,
         .name = names_.size() & (~std::uint64_t{0} >> 1),
         .claimed = false});
    names_.insert(names_.end(), name.begin(), name.end());
    names_.push_back('\0');
}

FileTable::Record *FileTable::find(std::uint32_t id) {
    auto found =
        std::lower_bound(records_.begin(), records_.end(), id,
                         [](const Record &record, auto number) { return record.id < number; });
    return found == records_.end() || found->id != id ? nullptr : &*found;
}

bool FileTable::claim(std::uint32_t id) {
    std::lock_guard lock(mutex_);
    auto *record = find(id);
    if (!record || record->claimed)
        return false;
    record->claimed = true;
    return true;
}

ListedFile FileTable::get(std::uint32_t id) {
    std::lock_guard lock(mutex_);
    const auto *record = find(id);
    ListedFile file{.path = directories_[record->directory], .empty = record->empty != 0};
    if (!file.path.empty())
        file.path += '/';
    for (auto at = static_cast<std::size_t>(record->name); names_[at] != '\0'; ++at)
        file.path += names_[at];
    return file;
}

} // namespace berth::session
