// SPDX-License-Identifier: Apache-2.0
#include "file_list.hpp"

#include "buildkit/fsutil.pb.h"
#include "file_mode.hpp"

namespace berth::session {
namespace {

constexpr std::int64_t millisecond = 1'000'000;

// The parts of a device number, which fsutil sends separately.
std::int64_t device_major(std::uint64_t device) {
    return static_cast<std::int64_t>(device >> 8 & 0xfff);
}
std::int64_t device_minor(std::uint64_t device) {
    return static_cast<std::int64_t>((device & 0xff) | (device >> 12 & 0xfff00));
}

// The last six digits of the time, derived from the change time, see SourceDirectory.
std::int64_t marked_time(std::int64_t modified, std::int64_t changed) {
    auto mixed = static_cast<std::uint64_t>(changed) * 0x9E3779B97F4A7C15u;
    mixed ^= mixed >> 32;
    auto digits = static_cast<std::int64_t>(mixed % millisecond);
    auto own = (modified % millisecond + millisecond) % millisecond;
    if (digits == own)
        digits = (digits + 1) % millisecond;
    return modified - own + digits;
}

std::int64_t time_of(const context::SourceEntry &entry, const SourceDirectory &directory) {
    auto modified = context::modified_ns(entry.status);
    auto changed = context::changed_ns(entry.status);
    bool distrusted = S_ISREG(entry.status.st_mode) && changed > modified &&
                      changed > directory.distrust_after_ns;
    return distrusted ? marked_time(modified, changed) : modified;
}

} // namespace

void fill_stat(fsutil::types::Stat &stat, const context::SourceEntry &entry,
               const SourceDirectory &directory) {
    const auto &status = entry.status;
    stat.Clear(); // uid and gid stay 0, like docker buildx
    stat.set_path(entry.path.data(), entry.path.size());
    stat.set_mode(to_go_mode(status.st_mode));
    stat.set_mod_time(time_of(entry, directory));
    if (!S_ISDIR(status.st_mode))
        stat.set_size(status.st_size);
    auto link = S_ISLNK(status.st_mode) ? entry.link_target : entry.first_name;
    stat.set_linkname(link.data(), link.size());
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
        stat.set_devmajor(device_major(status.st_rdev));
        stat.set_devminor(device_minor(status.st_rdev));
    }
    for (const auto &[key, value] : entry.xattrs)
        (*stat.mutable_xattrs())[key] = value;
}

} // namespace berth::session
