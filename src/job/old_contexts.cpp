// SPDX-License-Identifier: Apache-2.0
#include "berth/job/old_contexts.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"

#include <system_error>

namespace berth::job {

void remove_old_contexts(const docker::Docker &docker, const std::string &container,
                         const std::filesystem::path &cache) {
    std::error_code error;
    auto made_by_them = cache / "contexts";
    if (!std::filesystem::is_directory(made_by_them, error))
        return;
    auto marker = made_by_them / ("removed-" + sha256_hex(container).substr(0, 16));
    if (std::filesystem::exists(marker, error))
        return;
    auto command =
        docker.exec_command(container,
                            {"rm", "-rf", "/var/lib/buildkit/berth/contexts",
                             "/var/lib/buildkit/berth/images", "/var/lib/buildkit/berth/loads"},
                            false);
    try {
        if (docker.runner().run(command).ok())
            write_file_atomically(marker, "");
    } catch (const std::exception &) { // the next build tries again
    }
}

} // namespace berth::job
