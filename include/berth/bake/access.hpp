// SPDX-License-Identifier: Apache-2.0
// The parts of this machine that a bake file may use without confirmation: `--allow`.
#pragma once

#include "berth/job/targets.hpp"
#include "berth/util/environment.hpp"

#include <string>
#include <vector>

namespace berth::bake {

struct Access {
    bool host_network = false, insecure = false, ssh = false, local_delete = false;
    bool all_devices = false;
    std::vector<std::string> devices = {};
    std::vector<std::string> read = {}, write = {}; // paths; `*` is all
};

// The values of --allow. The working directory is always readable and writable. Throws Error for an
// unknown value.
Access read_access(const std::vector<std::string> &values);

// The requests of targets beyond `access`, as lines for a reader and as the flags that grant them.
// Files are separate, since BUILDX_BAKE_ENTITLEMENTS_FS=0 disables their check.
struct AccessRequest {
    std::vector<std::string> lines = {}, flags = {};
    std::vector<std::string> file_lines = {}, file_flags = {};

    bool empty() const { return lines.empty() && file_lines.empty(); }
};
AccessRequest missing_access(const Access &access, const std::vector<job::NamedTarget> &targets,
                             const Environment &environment);

// BUILDX_BAKE_ENTITLEMENTS_FS, and for remote definitions BAKE_ALLOW_REMOTE_FS_ACCESS. Throws Error
// if one is not a bool.
bool files_checked(const Environment &environment, bool remote);

} // namespace berth::bake
