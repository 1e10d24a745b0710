// SPDX-License-Identifier: Apache-2.0
#include "berth/job/remote_dockerfile.hpp"

#include "berth/buildkit/bridge.hpp"
#include "berth/job/source_definition.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "redaction.hpp"

#include <fmt/format.h>

namespace berth::job {

namespace {

Error too_large(const std::string &url) {
    return Error(fmt::format("failed to build: failed to solve: Dockerfile {} bigger than allowed "
                             "max size (2.097MB)",
                             printable(url)),
                 ExitCode::failure, "use a local Dockerfile");
}

} // namespace

std::string fetch_dockerfile(buildkit::Bridge &bridge, const std::string &url) {
    constexpr const char *name = "Dockerfile";
    buildkit::frontend::SolveRequest request;
    *request.mutable_definition() =
        http_definition(url, name, "[internal] load " + printable(Redaction(url).of(url)));
    auto response = bridge.solve(request);
    try {
        return bridge.read_file(response.result().ref().id(), name, download_limit);
    } catch (const buildkit::FileTooLarge &) {
        throw too_large(url);
    }
}

} // namespace berth::job
