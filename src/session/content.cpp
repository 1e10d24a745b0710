// SPDX-License-Identifier: Apache-2.0
// The calls of containerd's content service, with the answers of its own server.
#include "berth/session/content.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "blob_store.hpp"
#include "buildkit/content.pb.h"
#include "content_write.hpp"
#include "metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <unistd.h>

namespace berth::session {
namespace {

using namespace containerd::services::content::v1;
using buildkit::GrpcError;
using buildkit::StatusCode;
using Stores = std::map<std::string, BlobStore>;

constexpr std::size_t chunk_size = 256u << 10;
constexpr int most_listed = 100; // in one message
constexpr std::int64_t second = 1'000'000'000;

const BlobStore &choose(const Stores &stores, const buildkit::Metadata &metadata) {
    auto id = first_value(metadata, "buildkit-attachable-store-id");
    if (id.empty())
        throw GrpcError(StatusCode::invalid_argument,
                        "request lacks metadata \"buildkit-attachable-store-id\"");
    auto found = stores.find(id);
    if (found == stores.end())
        throw GrpcError(StatusCode::not_found, "unknown store " + printable(id));
    return found->second;
}

void fill(Info &info, const BlobInfo &blob) {
    info.set_digest(blob.digest);
    info.set_size(blob.size);
    for (auto *time : {info.mutable_created_at(), info.mutable_updated_at()}) {
        time->set_seconds(blob.modified_ns / second);
        time->set_nanos(static_cast<int>(blob.modified_ns % second));
    }
}

buildkit::Status read_blob(const BlobStore &store, buildkit::MessageStream &stream) {
    ReadContentRequest request;
    if (!buildkit::read(stream, request))
        return {StatusCode::internal, "no request received", {}};
    auto size = store.info(request.digest()).size;
    auto file = store.open(request.digest());
    auto offset = std::max<std::int64_t>(request.offset(), 0);
    if (offset > size)
        return {
            StatusCode::out_of_range, fmt::format("read past object length {} bytes", size), {}};
    auto left = size - offset;
    if (request.size() > 0)
        left = std::min(left, request.size());
    ReadContentResponse response;
    for (std::int64_t sent = 0; left > 0;) {
        auto &data = *response.mutable_data();
        data.resize(std::min(chunk_size, static_cast<std::size_t>(left)));
        auto count = ::pread(file.get(), data.data(), data.size(), offset + sent);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            throw Error(fmt::format("cannot read {}: {}", request.digest(),
                                    count == 0 ? "it is shorter than it was" : errno_text(errno)));
        data.resize(static_cast<std::size_t>(count));
        response.set_offset(sent);
        buildkit::write(stream, response);
        sent += count;
        left -= count;
    }
    return {};
}

buildkit::Status list_blobs(const BlobStore &store, buildkit::MessageStream &stream) {
    ListContentRequest request;
    buildkit::read(stream, request);
    if (request.filters_size() > 0)
        return {StatusCode::unimplemented, "filters are not supported", {}};
    ListContentResponse response;
    for (const auto &blob : store.list()) {
        fill(*response.add_info(), blob);
        if (response.info_size() < most_listed)
            continue;
        buildkit::write(stream, response);
        response.Clear();
    }
    if (response.info_size() > 0)
        buildkit::write(stream, response);
    return {};
}

} // namespace

void add_content(buildkit::Services &services,
                 std::map<std::string, ContentDirectory> directories) {
    auto stores = std::make_shared<Stores>();
    for (auto &[id, directory] : directories)
        stores->emplace(id, std::move(directory));
    const std::string service = "/containerd.services.content.v1.Content/";
    auto add = [&](const char *method, auto serve) {
        services.add(service + method, [stores, serve](buildkit::Request &request) {
            return serve(choose(*stores, request.metadata), request.stream);
        });
    };
    add("Read", read_blob);
    add("List", list_blobs);
    add("Write", write_blob);
    services.add(service + "Info", buildkit::unary<InfoRequest, InfoResponse>(
                                       [stores](const InfoRequest &request, const auto &metadata) {
                                           InfoResponse response;
                                           fill(*response.mutable_info(),
                                                choose(*stores, metadata).info(request.digest()));
                                           return response;
                                       }));
    // No write outlives its call, so none can be resumed or aborted.
    services.add(service + "Status",
                 buildkit::unary<StatusRequest, StatusResponse>([](const StatusRequest &request,
                                                                   const auto &) -> StatusResponse {
                     throw GrpcError(StatusCode::not_found, fmt::format("ingest ref {}: not found",
                                                                        printable(request.ref())));
                 }));
    services.add(service + "ListStatuses",
                 buildkit::unary<ListStatusesRequest, ListStatusesResponse>(
                     [](const auto &, const auto &) { return ListStatusesResponse(); }));
    services.add(service + "Abort", buildkit::unary<AbortRequest, Empty>(
                                        [](const auto &, const auto &) { return Empty(); }));
}

} // namespace berth::session
