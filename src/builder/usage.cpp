// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/usage.hpp"

#include "berth/builder/dial.hpp"
#include "berth/buildkit/control.hpp"
#include "berth/buildkit/timestamp.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace berth::builder {
namespace {

namespace control = buildkit::control;
using buildkit::read_time;

UsageRecord read_record(const control::UsageRecord &from) {
    UsageRecord record{.id = from.id(),
                       .is_mutable = from.mutable_(),
                       .in_use = from.in_use(),
                       .shared = from.shared(),
                       .size = from.size(),
                       .created = read_time(from.created_at()),
                       .usage_count = from.usage_count(),
                       .parents = {from.parents().begin(), from.parents().end()},
                       .description = from.description(),
                       .type = from.record_type()};
    if (!from.has_created_at())
        record.created = std::nullopt;
    if (from.has_last_used_at())
        record.last_used = read_time(from.last_used_at());
    return record;
}

void check_answer(buildkit::Connection &connection, const std::string &builder,
                  std::chrono::milliseconds timeout) {
    try {
        buildkit::Control(connection, {.metadata = {}, .timeout = timeout}).info();
    } catch (const buildkit::GrpcError &error) {
        if (error.status().code == buildkit::StatusCode::deadline_exceeded)
            throw Error(fmt::format("the BuildKit of builder {} does not answer within {}", builder,
                                    format_duration(timeout)),
                        ExitCode::builder_unavailable, "--timeout gives it more time");
        if (error.status().code != buildkit::StatusCode::unimplemented) // an older one
            throw;
    }
}

// Calls `function` with the Control of one connection.
template<class Function>
void with_control(const docker::Docker &docker, const buildkit::Dial &dial,
                  const std::string &builder, std::chrono::milliseconds timeout,
                  const Function &function) {
    try {
        buildkit::Connection connection(docker.runner(), dial);
        if (timeout.count() > 0)
            check_answer(connection, builder, timeout);
        buildkit::Control calls(connection);
        function(calls);
    } catch (const buildkit::CommandEnded &ended) {
        throw error_of(ended, builder);
    } catch (const buildkit::GrpcError &error) {
        throw error_of(error, builder);
    }
}

// An older BuildKit ignores these limits and would remove more.
void check_limits(buildkit::Control &calls, const PruneRequest &request) {
    if (request.max_used_space == 0 && request.min_free_space == 0)
        return;
    auto version = calls.info().buildkit_version().version();
    if (!buildkit::at_least(version, 0, 17))
        throw Error("buildkit v0.17.0+ is required for max-used-space and min-free-space filters",
                    ExitCode::failure, "the builder has " + printable(version));
}

} // namespace

std::vector<UsageRecord> disk_usage(const docker::Docker &docker, const store::NodeRecord &node,
                                    const std::string &builder, const UsageFilter &filter,
                                    std::chrono::milliseconds timeout) {
    control::DiskUsageRequest request;
    if (!filter.text.empty())
        request.add_filter(filter.text);
    std::vector<UsageRecord> records;
    auto connection = dial(docker, node, usage_arguments(filter), process::Effect::query);
    with_control(docker, connection, builder, timeout, [&](buildkit::Control &calls) {
        auto response = calls.disk_usage(request);
        for (const auto &record : response.record())
            records.push_back(read_record(record));
    });
    std::sort(records.begin(), records.end(), [](const auto &a, const auto &b) {
        return std::tie(a.size, a.id) < std::tie(b.size, b.id);
    });
    return records;
}

void prune(const docker::Docker &docker, const store::NodeRecord &node, const std::string &builder,
           const PruneRequest &request, const std::function<void(UsageRecord)> &removed,
           std::chrono::milliseconds timeout) {
    control::PruneRequest message;
    if (!request.filter.text.empty())
        message.add_filter(request.filter.text);
    message.set_all(request.all);
    message.set_keep_duration(request.filter.keep_duration.count());
    message.set_reserved_space(request.reserved_space);
    message.set_max_used_space(request.max_used_space);
    message.set_min_free_space(request.min_free_space);
    auto connection = dial(docker, node, prune_arguments(request));
    if (docker.runner().dry()) {
        docker.runner().run(connection.command);
        return;
    }
    with_control(docker, connection, builder, timeout, [&](buildkit::Control &calls) {
        check_limits(calls, request);
        calls.prune(message, [&](const auto &record) { removed(read_record(record)); });
    });
}

} // namespace berth::builder
