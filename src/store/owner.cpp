// SPDX-License-Identifier: Apache-2.0
#include "berth/store/owner.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::store {

namespace fs = std::filesystem;

namespace {

std::optional<unsigned> read_id(const std::string &text) {
    auto number = parse_integer(text);
    // The largest one means "unchanged" to chown.
    if (!number || *number < 0 || *number >= std::numeric_limits<unsigned>::max())
        return std::nullopt;
    return static_cast<unsigned>(*number);
}

// Read by hand: a static program cannot ask the C library for users.
std::string home_of(const std::string &user, const fs::path &accounts) {
    constexpr std::size_t id = 2, home = 5;
    auto text = read_file_if_exists(accounts, 16u << 20);
    for (const auto &line : split(text.value_or(""), '\n')) {
        auto fields = split(line, ':');
        if (fields.size() > home && fields[id] == user)
            return fields[home];
    }
    return {};
}

} // namespace

std::optional<Owner> sudo_owner(const Environment &environment, const fs::path &store,
                                const fs::path &accounts) {
    if (!environment.find("SUDO_COMMAND"))
        return std::nullopt;
    auto id = environment.get("SUDO_UID");
    auto user = read_id(id), group = read_id(environment.get("SUDO_GID"));
    auto home = environment.get("HOME");
    if (!user || !group || home.empty() || home_of(id, accounts) != home ||
        !lies_below(store, home))
        return std::nullopt;
    return Owner{.user = *user, .group = *group};
}

void give_to(const std::optional<Owner> &owner, const fs::path &path) {
    if (!owner)
        return;
    struct stat status = {};
    if (::lstat(path.c_str(), &status) == 0 && status.st_uid == owner->user &&
        status.st_gid == owner->group)
        return;
    if (::lchown(path.c_str(), owner->user, owner->group) != 0)
        throw Error(fmt::format("cannot give {} to the user that ran sudo: {}",
                                printable(path.string()), errno_text(errno)),
                    ExitCode::failure, "run the command without sudo, or unset SUDO_COMMAND");
}

} // namespace berth::store
