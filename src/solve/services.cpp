// SPDX-License-Identifier: Apache-2.0
#include "services.hpp"

#include "berth/session/health.hpp"
#include "berth/session/ssh.hpp"

namespace berth::solve {
namespace {

std::map<int, session::OutputTarget> targets_of(const std::vector<Export> &exports) {
    std::map<int, session::OutputTarget> targets;
    for (std::size_t i = 0; i < exports.size(); ++i)
        if (exports[i].target)
            targets.emplace(static_cast<int>(i), *exports[i].target);
    return targets;
}

} // namespace

buildkit::Services services_of(const Request &request, TransferFailures &failures) {
    buildkit::Services services;
    session::add_health(services);
    if (!request.directories.empty())
        session::add_file_sync(services, request.directories);
    if (auto targets = targets_of(request.exports); !targets.empty())
        session::add_file_send(services, std::move(targets));
    if (!request.content.empty())
        session::add_content(services, request.content);
    if (!request.uploads.empty())
        session::add_upload(services, request.uploads);
    // Always, like docker buildx, so that BuildKit learns which ID is missing.
    session::add_secrets(services, request.secrets);
    session::add_ssh(services, request.ssh);
    if (request.credentials)
        session::add_auth(services, request.credentials);
    failures.watch(services);
    return services;
}

} // namespace berth::solve
