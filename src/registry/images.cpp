// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/images.hpp"

#include "layout.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>

namespace berth::registry {

Client &Images::client() {
    std::lock_guard lock(mutex_);
    if (!client_)
        client_ = std::make_unique<Client>(options_);
    return *client_;
}

Document Images::manifest(const Location &location) {
    return location.is_layout ? read_layout_manifest(location)
                              : client().manifest(location.reference);
}

std::string Images::document(const Location &location, const Descriptor &descriptor) {
    return location.is_layout ? read_layout_document(location.directory, descriptor)
                              : client().document(location.reference, descriptor);
}

std::vector<Descriptor> Images::referrers(const Location &location, const std::string &digest) {
    return location.is_layout ? read_layout_referrers(location.directory, digest)
                              : client().referrers(location.reference, digest);
}

void side_by_side(std::size_t count, const std::function<void(std::size_t)> &work,
                  std::size_t at_once) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr first;
    auto run = [&] {
        for (auto i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                next = count; // starts no more
                std::lock_guard lock(mutex);
                if (!first)
                    first = std::current_exception();
            }
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < std::min(count, at_once); ++i)
        threads.emplace_back(run);
    run();
    for (auto &thread : threads)
        thread.join();
    if (first)
        std::rethrow_exception(first);
}

} // namespace berth::registry
