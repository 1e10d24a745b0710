// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/content.hpp"

#include "berth/buildkit/typed_call.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/content.pb.h"

#include <fmt/format.h>

namespace berth::buildkit {
namespace {

namespace api = containerd::services::content::v1;

std::string content_method(const char *name) {
    return std::string("/containerd.services.content.v1.Content/") + name;
}

} // namespace

std::int64_t Content::size(const std::string &digest) {
    api::InfoRequest request;
    request.set_digest(digest);
    return call<api::InfoResponse>(connection_, content_method("Info"), request).info().size();
}

std::function<std::string()> Content::open(const std::string &digest) {
    api::ReadContentRequest request;
    request.set_digest(digest);
    std::shared_ptr<ClientStream> stream = connection_.open(content_method("Read"));
    write(*stream, request);
    stream->end_writing();
    return [stream, digest, expected = std::int64_t{0}]() mutable {
        api::ReadContentResponse response;
        do {
            if (!buildkit::read(*stream, response))
                return std::string();
            if (response.offset() != expected)
                throw GrpcError(StatusCode::data_loss,
                                fmt::format("{}: received bytes from offset {} instead of {}",
                                            printable(digest), response.offset(), expected));
            expected += static_cast<std::int64_t>(response.data().size());
        } while (response.data().empty());
        return std::move(*response.mutable_data());
    };
}

std::string Content::read_all(const std::string &digest, std::size_t largest) {
    std::string blob;
    auto next = open(digest);
    for (auto piece = next(); !piece.empty(); piece = next()) {
        if (piece.size() > largest - blob.size())
            throw GrpcError(StatusCode::resource_exhausted,
                            fmt::format("{} is larger than {} bytes", printable(digest), largest));
        blob += piece;
    }
    if ("sha256:" + sha256_hex(blob) != digest)
        throw GrpcError(StatusCode::data_loss,
                        fmt::format("the {} received bytes of {} do not match its digest",
                                    blob.size(), printable(digest)));
    return blob;
}

} // namespace berth::buildkit
