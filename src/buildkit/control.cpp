// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/control.hpp"

#include "berth/buildkit/typed_call.hpp"
#include "berth/util/strings.hpp"

namespace berth::buildkit {
namespace {

std::string control_method(const char *name) {
    return std::string("/moby.buildkit.v1.Control/") + name;
}

} // namespace

control::InfoResponse Control::info() {
    return call<control::InfoResponse>(connection_, control_method("Info"), control::InfoRequest(),
                                       options_);
}

control::ListWorkersResponse Control::list_workers(const control::ListWorkersRequest &request) {
    return call<control::ListWorkersResponse>(connection_, control_method("ListWorkers"), request,
                                              options_);
}

control::DiskUsageResponse Control::disk_usage(const control::DiskUsageRequest &request) {
    return call<control::DiskUsageResponse>(connection_, control_method("DiskUsage"), request,
                                            options_);
}

void Control::prune(const control::PruneRequest &request,
                    const std::function<void(const control::UsageRecord &)> &removed) {
    call_stream(connection_, control_method("Prune"), request, options_, removed);
}

control::SolveResponse Control::solve(const control::SolveRequest &request) {
    return call<control::SolveResponse>(connection_, control_method("Solve"), request, options_);
}

void Control::status(const std::string &ref,
                     const std::function<void(const control::StatusResponse &)> &update) {
    control::StatusRequest request;
    request.set_ref(ref);
    call_stream(connection_, control_method("Status"), request, options_, update);
}

std::optional<Time>
Control::history(const control::BuildHistoryRequest &request,
                 const std::function<void(const control::BuildHistoryEvent &)> &event) {
    std::optional<Time> now;
    call_stream<control::BuildHistoryEvent>(
        connection_, control_method("ListenBuildHistory"), request, options_, event,
        [&now](ClientStream &stream) {
            auto headers = stream.headers();
            if (auto found = headers.find("buildkit-current-timestamp"); found != headers.end())
                now = parse_rfc3339(found->second);
        });
    return now;
}

void Control::update_history(const control::UpdateBuildHistoryRequest &request) {
    call<control::UpdateBuildHistoryResponse>(connection_, control_method("UpdateBuildHistory"),
                                              request, options_);
}

bool at_least(const std::string &version, int major, int minor) {
    auto parts = split(version.starts_with('v') ? version.substr(1) : version, '.');
    if (parts.size() < 2)
        return true;
    auto has_major = parse_integer(parts[0]), has_minor = parse_integer(parts[1]);
    bool from_sources = has_major && has_minor && *has_major == 0 && *has_minor == 0;
    if (!has_major || !has_minor || from_sources)
        return true;
    return *has_major > major || (*has_major == major && *has_minor >= minor);
}

} // namespace berth::buildkit
