// SPDX-License-Identifier: Apache-2.0
#include "builder_connection.hpp"

#include "berth/builder/dial.hpp"
#include "berth/builder/node.hpp"
#include "berth/job/build_failure.hpp"

#include "trace_metadata.hpp"

namespace berth::job {

void on_builder(const BuildSetting &setting, progress::Display &display,
                const std::function<bool()> &begun,
                const std::function<void(buildkit::Connection &)> &work) {
    auto dial = builder::dial(setting.docker, setting.node);
    for (bool again = false;; again = true) {
        try {
            buildkit::Connection connection(setting.docker.runner(), dial);
            connection.on_call = setting.on_call;
            connection.metadata = trace_metadata(setting.environment);
            work(connection);
            return;
        } catch (const buildkit::CommandEnded &ended) {
            if (setting.surroundings.cancellation.cancelled())
                throw Error("failed to build: cancelled", ExitCode::cancelled);
            if (again || begun())
                throw ended_early(ended, builder::container_name(setting.node.name));
        }
        builder::boot(setting.docker, setting.node, display, setting.surroundings);
    }
}

} // namespace berth::job
