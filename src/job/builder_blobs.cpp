// SPDX-License-Identifier: Apache-2.0
#include "berth/job/builder_blobs.hpp"

#include "berth/buildkit/content.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::job {
namespace {

using buildkit::GrpcError;

Error unreadable(const std::string &digest, const GrpcError &error) {
    return Error(fmt::format("cannot read {} of the builder: {}", printable(digest),
                             printable(error.what())),
                 ExitCode::failure, "build again");
}

} // namespace

bool BuilderBlobs::has(const std::string &digest) {
    try {
        buildkit::Content(connection_).size(digest);
        return true;
    } catch (const GrpcError &error) {
        if (error.status().code == buildkit::StatusCode::not_found)
            return false;
        throw unreadable(digest, error);
    }
}

std::string BuilderBlobs::document(const std::string &digest) {
    try {
        return buildkit::Content(connection_).read_all(digest);
    } catch (const GrpcError &error) {
        throw unreadable(digest, error);
    }
}

std::function<std::string()> BuilderBlobs::open(const std::string &digest) {
    try {
        return [digest, next = buildkit::Content(connection_).open(digest)] {
            try {
                return next();
            } catch (const GrpcError &error) {
                throw unreadable(digest, error);
            }
        };
    } catch (const GrpcError &error) {
        throw unreadable(digest, error);
    }
}

} // namespace berth::job
