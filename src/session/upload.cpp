// SPDX-License-Identifier: Apache-2.0
#include "berth/session/upload.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/upload.pb.h"
#include "metadata.hpp"

#include <fmt/format.h>

#include <memory>
#include <mutex>

namespace berth::session {
namespace {

constexpr std::size_t upload_chunk = 128u << 10;

class Uploads {
  public:
    explicit Uploads(std::map<std::string, ByteSource> sources) {
        for (auto &[address, source] : sources)
            sources_.emplace(name_of(address), std::move(source));
    }

    ByteSource take(const std::string &id) {
        std::lock_guard lock(mutex_);
        auto found = sources_.extract(id);
        return found ? std::move(found.mapped()) : ByteSource();
    }

  private:
    std::mutex mutex_;
    std::map<std::string, ByteSource> sources_;
};

buildkit::Status pull(Uploads &uploads, buildkit::Request &request) {
    auto path = first_value(request.metadata, "urlpath");
    auto source = uploads.take(std::string(name_of(path)));
    if (!source)
        return {buildkit::StatusCode::unknown,
                fmt::format("no http response from session for {}", printable(path)),
                {}};
    moby::upload::v1::BytesMessage message;
    std::string chunk;
    for (;;) {
        chunk.resize(upload_chunk);
        auto count = source(chunk.data(), chunk.size());
        if (count == 0)
            return {};
        chunk.resize(count);
        message.mutable_data()->swap(chunk);
        request.stream.write(message.SerializeAsString());
        message.mutable_data()->swap(chunk);
    }
}

} // namespace

std::string upload_address() {
    return "http://buildkit-session/" + random_hex(24);
}

void add_upload(buildkit::Services &services, std::map<std::string, ByteSource> sources) {
    auto uploads = std::make_shared<Uploads>(std::move(sources));
    services.add("/moby.upload.v1.Upload/Pull",
                 [uploads](buildkit::Request &request) { return pull(*uploads, request); });
}

} // namespace berth::session
