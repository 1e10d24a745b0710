// SPDX-License-Identifier: Apache-2.0
// Reads images from registries and OCI layouts through one interface.
#pragma once

#include "berth/registry/client.hpp"
#include "berth/registry/location.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace berth::registry {

class Images {
  public:
    // Creates the client, and loads libcurl, at the first access to a registry.
    explicit Images(ClientOptions options) : options_(std::move(options)) {}

    Document manifest(const Location &location);
    // From the repository or layout of `location`.
    std::string document(const Location &location, const Descriptor &descriptor);
    std::vector<Descriptor> referrers(const Location &location, const std::string &digest);

    Client &client();

  private:
    ClientOptions options_;
    std::mutex mutex_;
    std::unique_ptr<Client> client_;
};

// Calls work(0) … work(count - 1), a few at a time concurrently. Throws the first Error when all
// have ended.
void side_by_side(std::size_t count, const std::function<void(std::size_t)> &work,
                  std::size_t at_once = 16);

} // namespace berth::registry
