// SPDX-License-Identifier: Apache-2.0
// The threads on which a server's calls run.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <thread>

namespace berth::buildkit {

class HandlerThreads {
  public:
    ~HandlerThreads() { join(); }
    void start(std::function<void()> work);
    void join();
    std::size_t running();

  private:
    void reap();

    struct Thread {
        std::shared_ptr<std::atomic<bool>> done;
        std::thread thread;
    };
    std::list<Thread> threads_;
};

} // namespace berth::buildkit
