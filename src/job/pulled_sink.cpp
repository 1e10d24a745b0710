// SPDX-License-Identifier: Apache-2.0
#include "berth/job/pulled_sink.hpp"

namespace berth::job {

PulledSink::PulledSink(std::function<void(const Pull &)> consume)
    : consumer_(std::async(std::launch::async, [this, consume = std::move(consume)] {
          struct AtEnd {
              process::Channel &channel;
              ~AtEnd() { channel.close(); }
          } at_end{channel_};
          consume([this](char *buffer, std::size_t size) { return channel_.pull(buffer, size); });
      })) {}

PulledSink::~PulledSink() {
    channel_.end(true);
    if (consumer_.valid())
        consumer_.wait();
}

void PulledSink::write(std::string_view bytes) {
    try {
        channel_.push(bytes);
    } catch (const process::BrokenPipe &) {
        // Throws the consumer's error. Otherwise the bytes after the end of an archive are padding.
        if (consumer_.valid())
            consumer_.get();
    }
}

void PulledSink::finish() {
    channel_.end(false);
    if (consumer_.valid())
        consumer_.get();
}

} // namespace berth::job
