// SPDX-License-Identifier: Apache-2.0
#include "berth/session/secrets.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/secrets.pb.h"

#include <fmt/format.h>

namespace berth::session {
namespace {

using buildkit::GrpcError;
using buildkit::StatusCode;
using moby::buildkit::secrets::v1::GetSecretRequest;
using moby::buildkit::secrets::v1::GetSecretResponse;

Error too_large(const std::string &id) {
    return Error(fmt::format("secret {} is too large: the limit is {} KiB", printable(id),
                             largest_secret >> 10));
}

void check(const std::string &id, const SecretSource &source) {
    const auto *file = std::get_if<SecretFile>(&source);
    if (!file) {
        if (std::get<SecretValue>(source).value.size() > largest_secret)
            throw too_large(id);
        return;
    }
    std::error_code error;
    auto status = std::filesystem::status(file->path, error);
    if (!std::filesystem::exists(status))
        throw Error(fmt::format("failed to stat {}: {}", printable(file->path.native()),
                                error ? lower(error.message()) : "no such file or directory"),
                    ExitCode::failure, "name the file with src=, or a variable with env=");
    if (std::filesystem::is_regular_file(status) &&
        std::filesystem::file_size(file->path, error) > largest_secret && !error)
        throw too_large(id);
}

std::string read(const SecretSource &source) {
    if (const auto *file = std::get_if<SecretFile>(&source))
        return read_file(file->path, largest_secret, Special::read);
    return std::get<SecretValue>(source).value.reveal();
}

} // namespace

void add_secrets(buildkit::Services &services, std::map<std::string, SecretSource> secrets) {
    for (const auto &[id, source] : secrets)
        check(id, source);
    services.add("/moby.buildkit.secrets.v1.Secrets/GetSecret",
                 buildkit::unary<GetSecretRequest, GetSecretResponse>(
                     [secrets = std::move(secrets)](const GetSecretRequest &request, const auto &) {
                         auto found = secrets.find(request.id());
                         if (found == secrets.end())
                             throw GrpcError(StatusCode::not_found, "not found");
                         GetSecretResponse response;
                         response.set_data(read(found->second));
                         return response;
                     }));
}

} // namespace berth::session
