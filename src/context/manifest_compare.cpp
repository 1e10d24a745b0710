// What has to be done in the builder so that it holds the context as it is now.
#include "berth/context/context_tree.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/tar.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace berth::context {
namespace {

bool same_kind(const Entry &left, const Entry &right) {
    return left.type == right.type && left.hard_link == right.hard_link &&
           left.device == right.device;
}

// Another name's size is not told.
bool seems_unchanged(const Entry &before, const Entry &after) {
    return before.type == Entry::Type::file && after.type == Entry::Type::file &&
           !after.hard_link && (before.hard_link || before.size == after.size) &&
           floor_seconds(before.mtime_ns) == floor_seconds(after.mtime_ns);
}

} // namespace

Comparison::Comparison(const Manifest &after) : after_(after.entries), sent_(after_.size()) {}

void Comparison::next(const Entry &before) {
    int order = 1;
    while (at_ < after_.size() && (order = compare_paths(after_[at_].path, before.path)) < 0)
        take(nullptr);
    if (at_ < after_.size() && order == 0)
        take(&before);
    else
        remove(before);
}

Changes Comparison::finish() {
    while (at_ < after_.size())
        take(nullptr);
    changes_.send.reserve(static_cast<std::size_t>(std::count(sent_.begin(), sent_.end(), true)));
    for (std::size_t i = 0; i < sent_.size(); ++i)
        if (sent_[i])
            changes_.send.push_back(i);
    return std::move(changes_);
}

// The next of `after`, and what the builder holds under its path.
void Comparison::take(const Entry *before) {
    auto entry = after_[at_];
    bool differs = true;
    if (before && same_kind(*before, entry))
        differs = !(*before == entry) || link_moved(entry);
    else if (before)
        remove(*before);
    if (before && differs && seems_unchanged(*before, entry))
        changes_.renew.push_back(at_);
    sent_[at_] = differs;
    note_folder(entry);
    if (differs)
        touch_parent(entry.path);
    ++at_;
}

// A first name that is sent becomes a new file there: its other names have to be made anew.
bool Comparison::link_moved(const Entry &entry) const {
    if (!entry.hard_link)
        return false;
    auto first = after_.find(entry.link_target);
    return !first || sent_[*first];
}

void Comparison::remove(const Entry &entry) {
    if (!changes_.remove.empty() && is_below(entry.path, changes_.remove.back()))
        return; // goes with its folder
    changes_.remove.emplace_back(entry.path);
    if (at_ < after_.size())
        leave_folders(after_[at_].path, entry.path);
    touch_parent(entry.path);
}

void Comparison::note_folder(const Entry &entry) {
    leave_folders(entry.path, entry.path);
    if (entry.type == Entry::Type::directory)
        folders_.push_back(at_);
}

// Forgets the folders that neither path is in.
void Comparison::leave_folders(std::string_view one, std::string_view other) {
    while (!folders_.empty() && !is_below(one, after_[folders_.back()].path) &&
           !is_below(other, after_[folders_.back()].path))
        folders_.pop_back();
}

// What is made or removed in a folder changes the folder's time.
void Comparison::touch_parent(std::string_view path) {
    auto parent = parent_of(path);
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder)
        if (after_[*folder].path == parent) {
            sent_[*folder] = true;
            return;
        }
}

} // namespace berth::context
