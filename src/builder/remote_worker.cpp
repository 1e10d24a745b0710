// SPDX-License-Identifier: Apache-2.0
// Queries the worker of a remote BuildKit over its API.
#include "berth/builder/dial.hpp"
#include "berth/builder/platform.hpp"
#include "berth/builder/remote.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/util/strings.hpp"

#include <thread>

namespace berth::builder {
namespace {

namespace control = buildkit::control;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

WorkerInfo read_worker(const control::ListWorkersResponse &workers) {
    WorkerInfo info;
    if (workers.record().empty())
        return info;
    const auto &worker = workers.record(0);
    info.id = printable(worker.id());
    info.version = printable(worker.buildkit_version().version());
    for (const auto &platform : worker.platforms())
        info.platforms.push_back(printable(format_platform({.architecture = platform.architecture(),
                                                            .os = platform.os(),
                                                            .variant = platform.variant(),
                                                            .os_version = platform.os_version()})));
    for (const auto &[name, value] : worker.labels())
        info.labels[printable(name)] = printable(value);
    for (const auto &policy : worker.gc_policy()) {
        WorkerInfo::GcPolicy read{.all = policy.all(), .filters = {}};
        for (const auto &filter : policy.filters())
            read.filters.push_back(printable(filter));
        read.keep_duration = policy.keep_duration();
        read.reserved_space = policy.reserved_space();
        read.max_used_space = policy.max_used_space();
        read.min_free_space = policy.min_free_space();
        info.gc_policies.push_back(std::move(read));
    }
    return info;
}

} // namespace

WorkerInfo ask_remote(const docker::Docker &docker, const store::NodeRecord &node,
                      milliseconds timeout) {
    buildkit::CallOptions options;
    if (timeout.count() > 0)
        options.timeout = timeout;
    try {
        buildkit::Connection connection(docker.runner(),
                                        dial(docker, node, {}, process::Effect::query));
        return read_worker(buildkit::Control(connection, options).list_workers());
    } catch (const buildkit::CommandEnded &ended) {
        throw error_of(ended, node.name);
    } catch (const buildkit::GrpcError &error) {
        auto refused = error_of(error, node.name);
        throw Error(refused.what(), ExitCode::builder_unavailable, refused.hint());
    }
}

void wait_for_remote(const docker::Docker &docker, const store::NodeRecord &node,
                     progress::Display &display, const Surroundings &surroundings) {
    constexpr milliseconds pause(300);
    auto deadline = steady_clock::now() + surroundings.boot_timeout;
    progress::Task task(display, "[internal] waiting for connection", surroundings.now);
    while (true) {
        try {
            auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
            ask_remote(docker, node, std::max(left, milliseconds(1)));
            task.done();
            return;
        } catch (const Error &error) {
            bool waits = error.code() == ExitCode::builder_unavailable &&
                         !surroundings.cancellation.cancelled() &&
                         steady_clock::now() + pause < deadline;
            // Waiting does not help with a bad file or certificate.
            if (!waits || dynamic_cast<const process::TlsError *>(&error) != nullptr) {
                task.fail(error.what());
                throw;
            }
        }
        std::this_thread::sleep_for(pause);
        surroundings.cancellation.check();
    }
}

} // namespace berth::builder
