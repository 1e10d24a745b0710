// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/grpc_peer.hpp"

#include "grpc_core.hpp"

namespace berth::buildkit {
namespace {

class CoreStream : public ClientStream {
  public:
    CoreStream(std::shared_ptr<GrpcPeer::Core> core, std::shared_ptr<GrpcCall> call)
        : core_(std::move(core)), call_(std::move(call)) {}
    ~CoreStream() override { abandon(); }
    CoreStream(const CoreStream &) = delete;
    CoreStream &operator=(const CoreStream &) = delete;

    bool read(std::string &message) override { return core_->read(*call_, message); }
    void write(std::string_view message) override { core_->write(*call_, message); }
    void end_writing() override { core_->end_writing(*call_); }
    Metadata headers() override { return core_->headers(*call_); }
    void cancel() override { abandon(); }

  private:
    void abandon() {
        core_->abandon(*call_, {StatusCode::cancelled, "the call was cancelled", {}});
    }

    std::shared_ptr<GrpcPeer::Core> core_;
    std::shared_ptr<GrpcCall> call_;
};

} // namespace

GrpcPeer::GrpcPeer(const Services *services, const GrpcLimits &limits)
    : core_(std::make_shared<Core>(services, limits)) {}

GrpcPeer::~GrpcPeer() {
    fail(std::make_exception_ptr(
        GrpcError(StatusCode::cancelled, "the connection has been closed")));
    core_->wait_for_handlers();
}

void GrpcPeer::receive(std::string_view bytes) {
    core_->receive(bytes);
}

std::size_t GrpcPeer::send(char *buffer, std::size_t size) {
    return core_->send(buffer, size);
}

void GrpcPeer::ping() {
    core_->ping();
}

bool GrpcPeer::broken() const {
    return core_->broken();
}

void GrpcPeer::close() {
    core_->close();
}

void GrpcPeer::fail(std::exception_ptr reason) {
    core_->fail(std::move(reason));
}

std::unique_ptr<ClientStream> GrpcPeer::open(const std::string &method,
                                             const CallOptions &options) {
    return std::make_unique<CoreStream>(core_, core_->open(method, options));
}

std::string GrpcPeer::call(const std::string &method, std::string_view request,
                           const CallOptions &options) {
    return call_over(*open(method, options), method, request);
}

std::string call_over(ClientStream &stream, const std::string &method, std::string_view request) {
    try {
        stream.write(request);
        stream.end_writing();
    } catch (const GrpcError &) {
        // The server may have answered without reading; read() returns its status.
    }
    std::string response, more;
    if (!stream.read(response))
        throw GrpcError(StatusCode::internal, method + " gave no response");
    if (stream.read(more))
        throw GrpcError(StatusCode::internal, method + " gave several responses");
    return response;
}

} // namespace berth::buildkit
