// SPDX-License-Identifier: Apache-2.0
#include "berth/solve/transfer_failures.hpp"

namespace berth::solve {

using buildkit::GrpcError;
using buildkit::Status;
using buildkit::StatusCode;

void TransferFailures::watch(buildkit::Services &services) {
    for (const auto *method :
         {"/moby.filesync.v1.FileSync/DiffCopy", "/moby.filesync.v1.FileSend/DiffCopy",
          "/moby.upload.v1.Upload/Pull"})
        if (const auto *handler = services.find(method))
            services.add(method, watched(*handler));
}

buildkit::Handler TransferFailures::watched(buildkit::Handler handler) {
    return [this, handler = std::move(handler)](buildkit::Request &request) {
        {
            std::lock_guard lock(mutex_);
            ++running_;
        }
        try {
            auto status = handler(request);
            ended(status);
            return status;
        } catch (const GrpcError &error) {
            ended(error.status());
            throw;
        } catch (const std::exception &error) {
            ended({StatusCode::unknown, error.what(), {}});
            throw;
        }
    };
}

void TransferFailures::ended(const Status &status) {
    std::lock_guard lock(mutex_);
    --running_;
    if (!first_ && !status.ok() && status.code != StatusCode::cancelled)
        first_ = status;
    changed_.notify_all();
}

std::optional<Status> TransferFailures::first(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [this] { return first_ || running_ == 0; });
    return first_;
}

} // namespace berth::solve
