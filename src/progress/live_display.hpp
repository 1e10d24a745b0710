// SPDX-License-Identifier: Apache-2.0
// A display that is redrawn without updates: the clock on a terminal must run, and plain progress
// must not hold back the last lines of a step while the next one is silent.
#pragma once

#include "berth/progress/display.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace berth::progress {

// Calls tick() of another display from its own thread, and serializes all calls.
class LiveDisplay : public Display {
  public:
    explicit LiveDisplay(std::unique_ptr<Display> inner);
    ~LiveDisplay() override;

    void update(const SolveStatus &status) override;
    void tick(Time now) override;
    void finish() override;
    const std::vector<VertexWarning> &warnings() const override { return inner_->warnings(); }

  private:
    void run();
    void stop();

    std::unique_ptr<Display> inner_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
    std::thread thread_; // starts with the first update
};

} // namespace berth::progress
