// SPDX-License-Identifier: Apache-2.0
#include "content_write.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/strings.hpp"

#include "blob_store.hpp"
#include "buildkit/content.pb.h"

#include <fmt/format.h>

namespace berth::session {
namespace {

using namespace containerd::services::content::v1;
using buildkit::GrpcError;
using buildkit::StatusCode;

class Write {
  public:
    explicit Write(const BlobStore &store) : store_(store), writer_(store.directory().path) {}

    WriteContentResponse take(const WriteContentRequest &request) {
        expect(request);
        if (request.action() != STAT)
            append(request);
        WriteContentResponse response;
        response.set_action(request.action());
        response.set_offset(writer_.size());
        response.set_total(total_);
        response.set_digest(writer_.digest());
        if (request.action() == COMMIT)
            writer_.commit(total_, expected_);
        return response;
    }

  private:
    void expect(const WriteContentRequest &request) {
        if (request.total() > 0)
            total_ = request.total();
        if (request.expected().empty())
            return;
        expected_ = request.expected();
        if (store_.has(expected_))
            throw GrpcError(
                StatusCode::already_exists,
                fmt::format("blob with expected digest {} exists", printable(expected_)));
    }

    void append(const WriteContentRequest &request) {
        if (request.offset() > 0 && request.offset() != writer_.size())
            throw GrpcError(StatusCode::out_of_range,
                            fmt::format("write @{} must occur at current offset {}",
                                        request.offset(), writer_.size()));
        // A message without data does not restart the blob: the last message often has none.
        if (request.offset() == 0 && writer_.size() > 0 && !request.data().empty())
            writer_.restart();
        writer_.write(request.data());
    }

    const BlobStore &store_;
    BlobWriter writer_;
    std::int64_t total_ = 0;
    std::string expected_;
};

} // namespace

buildkit::Status write_blob(const BlobStore &store, buildkit::MessageStream &stream) {
    if (!store.directory().writable)
        return {StatusCode::permission_denied, "this store is read-only", {}};
    WriteContentRequest request;
    if (!buildkit::read(stream, request) || request.ref().empty())
        return {StatusCode::invalid_argument, "first message must have a reference", {}};
    if (!request.expected().empty() && store.has(request.expected()))
        return {StatusCode::already_exists,
                fmt::format("content {}: already exists", printable(request.expected())),
                {}};
    Write write(store);
    do {
        buildkit::write(stream, write.take(request));
        if (request.action() == COMMIT)
            return {};
    } while (buildkit::read(stream, request));
    return {};
}

} // namespace berth::session
