// What has to be done in the builder so that it holds the context as it is now.
#include "berth/build/context_tree.hpp"
#include "berth/build/directory_cursor.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace berth::build {
namespace {

class Comparison {
  public:
    Comparison(const Manifest &before, const Manifest &after)
        : before_(before.entries), after_(after.entries), sent_(after_.size()) {}

    Changes run() {
        std::size_t old = 0;
        for (std::size_t i = 0; i < after_.size(); ++i) {
            while (old < before_.size() && compare_paths(before_[old].path, after_[i].path) < 0)
                remove(before_[old++], i);
            bool known = old < before_.size() && before_[old].path == after_[i].path;
            if (known && same_kind(before_[old], after_[i])) {
                if (!(before_[old] == after_[i]) || link_moved(after_[i]))
                    sent_[i] = true;
            } else {
                if (known)
                    remove(before_[old], i);
                sent_[i] = true;
            }
            old += known;
            note_folder(i);
            if (sent_[i])
                touch_parent(after_[i].path);
        }
        while (old < before_.size())
            remove(before_[old++], after_.size());
        for (std::size_t i = 0; i < sent_.size(); ++i)
            if (sent_[i])
                changes_.send.push_back(i);
        return std::move(changes_);
    }

  private:
    static bool same_kind(const Entry &left, const Entry &right) {
        return left.type == right.type && left.hard_link == right.hard_link &&
               left.device == right.device;
    }

    // A first name that is sent becomes a new file there: its other names have to be made anew.
    bool link_moved(const Entry &entry) const {
        if (!entry.hard_link)
            return false;
        auto first = std::lower_bound(
            after_.begin(), after_.end(), entry.link_target,
            [](const Entry &l, const std::string &r) { return compare_paths(l.path, r) < 0; });
        return first == after_.end() || sent_[static_cast<std::size_t>(first - after_.begin())];
    }

    // `next` is the first entry of `after` behind the removed one.
    void remove(const Entry &entry, std::size_t next) {
        if (!changes_.remove.empty() && is_below(entry.path, changes_.remove.back()))
            return; // goes with its folder
        changes_.remove.push_back(entry.path);
        if (next < after_.size())
            leave_folders(after_[next].path, entry.path);
        touch_parent(entry.path);
    }

    void note_folder(std::size_t i) {
        leave_folders(after_[i].path, after_[i].path);
        if (after_[i].type == Entry::Type::directory)
            folders_.push_back(i);
    }

    // Forgets the folders that neither path is in.
    void leave_folders(std::string_view one, std::string_view other) {
        while (!folders_.empty() && !is_below(one, after_[folders_.back()].path) &&
               !is_below(other, after_[folders_.back()].path))
            folders_.pop_back();
    }

    // What is made or removed in a folder changes the folder's time.
    void touch_parent(std::string_view path) {
        auto parent = parent_of(path);
        for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder)
            if (after_[*folder].path == parent) {
                sent_[*folder] = true;
                return;
            }
    }

    const std::vector<Entry> &before_;
    const std::vector<Entry> &after_;
    std::vector<bool> sent_;
    std::vector<std::size_t> folders_; // of after_, those that the place in the walk is in
    Changes changes_;
};

} // namespace

Changes compare(const Manifest &before, const Manifest &after) {
    return Comparison(before, after).run();
}

} // namespace berth::build
