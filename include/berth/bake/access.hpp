// SPDX-License-Identifier: Apache-2.0
// What a bake file may use of this machine without a question: `--allow`.
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

// The values of --allow. The working directory may be read and written always. Throws Error for
// one that is unknown.
Access read_access(const std::vector<std::string> &values);

// What targets ask for beyond `access`, in lines for a reader and as flags that grant it. Files are
// apart: BUILDX_BAKE_ENTITLEMENTS_FS=0 switches their check off.
struct AccessRequest {
    std::vector<std::string> lines = {}, flags = {};
    std::vector<std::string> file_lines = {}, file_flags = {};

    bool empty() const { return lines.empty() && file_lines.empty(); }
};
AccessRequest missing_access(const Access &access, const std::vector<job::NamedTarget> &targets,
                             const Environment &environment);

// BUILDX_BAKE_ENTITLEMENTS_FS, and for definitions at an address BAKE_ALLOW_REMOTE_FS_ACCESS; Error
// when one is no bool.
bool files_checked(const Environment &environment, bool remote);

} // namespace berth::bake
