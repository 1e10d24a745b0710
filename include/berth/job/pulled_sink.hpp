// SPDX-License-Identifier: Apache-2.0
// A sink for a consumer that pulls its bytes in a thread: `docker load`, the reader of an archive.
#pragma once

#include "berth/process/channel.hpp"
#include "berth/session/file_send.hpp"

#include <cstddef>
#include <functional>
#include <future>
#include <string_view>

namespace berth::job {

class PulledSink : public session::ByteSink {
  public:
    using Pull = std::function<std::size_t(char *, std::size_t)>; // 0 at the end

    explicit PulledSink(std::function<void(const Pull &)> consume);
    ~PulledSink() override;

    void write(std::string_view bytes) override;
    void finish() override; // throws what the consumer threw

  private:
    process::Channel channel_;
    std::future<void> consumer_;
};

} // namespace berth::job
