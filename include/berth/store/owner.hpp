// SPDX-License-Identifier: Apache-2.0
// The owner of the store's files under sudo. As docker buildx: `sudo -E berth create` must not
// leave files in the user's home that the user cannot read.
#pragma once

#include "berth/util/environment.hpp"

#include <filesystem>
#include <optional>
#include <sys/types.h>

namespace berth::store {

struct Owner {
    uid_t user = 0;
    gid_t group = 0;
};

// The user that ran sudo (SUDO_COMMAND, SUDO_UID, SUDO_GID), if HOME is the home directory of that
// user in `accounts` (the format of /etc/passwd) and `store` is below it. Otherwise nothing: the
// store belongs to whom the process runs as.
std::optional<Owner> sudo_owner(const Environment &environment, const std::filesystem::path &store,
                                const std::filesystem::path &accounts = "/etc/passwd");

// Gives the file or directory to `owner`, if there is one and it is not theirs. Throws Error.
void give_to(const std::optional<Owner> &owner, const std::filesystem::path &path);

} // namespace berth::store
