// SPDX-License-Identifier: Apache-2.0
#include "lane.hpp"

#include "berth/builder/dial.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/job/build_failure.hpp"
#include "berth/job/old_contexts.hpp"

#include "trace_metadata.hpp"

namespace berth::job {

Lane::Lane(const BuildSetting &setting, progress::Display &display)
    : setting_(setting),
      display_(display),
      container_(builder::container_name(setting.node.name)) {}

buildkit::Connection &Lane::dial() {
    hang_up();
    connection_ = std::make_unique<buildkit::Connection>(
        setting_.docker.runner(), builder::dial(setting_.docker, setting_.node));
    connection_->on_call = setting_.on_call;
    connection_->metadata = trace_metadata(setting_.environment);
    return *connection_;
}

void Lane::with_connection(const std::function<bool()> &begun,
                           const std::function<void(buildkit::Connection &)> &work) {
    for (bool again = false;; again = true) {
        try {
            work(dial());
            return;
        } catch (const buildkit::CommandEnded &ended) {
            auto error = error_of(ended);
            if (again || begun() || error.code() == ExitCode::cancelled)
                throw error;
        }
        boot();
    }
}

void Lane::boot() {
    hang_up();
    builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
}

void Lane::reach() {
    with_connection(
        [] { return false; },
        [](buildkit::Connection &connection) { buildkit::Control(connection).list_workers(); });
}

bool Lane::print() const {
    if (setting_.node.remote) {
        setting_.docker.runner().note("# the build is a session with BuildKit, over:");
        setting_.docker.runner().run(builder::dial(setting_.docker, setting_.node).command);
        return false;
    }
    builder::boot(setting_.docker, setting_.node, display_, setting_.surroundings);
    return true;
}

Error Lane::error_of(const buildkit::CommandEnded &ended) const {
    if (setting_.surroundings.cancellation.cancelled())
        return build_cancelled();
    return ended_early(ended, container_);
}

void Lane::remove_old_contexts() const {
    if (!setting_.node.remote)
        job::remove_old_contexts(setting_.docker, container_, setting_.cache);
}

} // namespace berth::job
