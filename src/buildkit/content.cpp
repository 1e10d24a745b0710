#include "berth/buildkit/content.hpp"

#include "berth/buildkit/typed_call.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/content.pb.h"

#include <fmt/format.h>

namespace berth::buildkit {
namespace {

namespace api = containerd::services::content::v1;

std::string method(const char *name) {
    return std::string("/containerd.services.content.v1.Content/") + name;
}

} // namespace

std::int64_t Content::size(const std::string &digest) {
    api::InfoRequest request;
    request.set_digest(digest);
    return call<api::InfoResponse>(connection_, method("Info"), request).info().size();
}

void Content::read(const std::string &digest, std::int64_t offset,
                   const std::function<void(std::string_view)> &piece) {
    api::ReadContentRequest request;
    request.set_digest(digest);
    request.set_offset(offset);
    auto expected = offset;
    call_stream<api::ReadContentResponse>(
        connection_, method("Read"), request, {}, [&](const api::ReadContentResponse &response) {
            if (response.offset() != expected)
                throw GrpcError(StatusCode::data_loss,
                                fmt::format("{}: bytes from {} on came instead of {}",
                                            printable(digest), response.offset(), expected));
            expected += static_cast<std::int64_t>(response.data().size());
            piece(response.data());
        });
}

std::string Content::read_all(const std::string &digest, std::size_t largest) {
    std::string blob;
    read(digest, 0, [&](std::string_view piece) {
        if (piece.size() > largest - blob.size())
            throw GrpcError(StatusCode::resource_exhausted,
                            fmt::format("{} has more than {} bytes", printable(digest), largest));
        blob += piece;
    });
    if ("sha256:" + sha256_hex(blob) != digest)
        throw GrpcError(StatusCode::data_loss,
                        fmt::format("the {} bytes that came for {} have another digest",
                                    blob.size(), printable(digest)));
    return blob;
}

} // namespace berth::buildkit
