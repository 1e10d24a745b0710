// SPDX-License-Identifier: Apache-2.0
// Reads images wherever they are: registries and OCI layouts behind one interface.
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
    // The client is made, and libcurl loaded, when the first registry is spoken to.
    explicit Images(ClientOptions options) : options_(std::move(options)) {}

    Document manifest(const Location &location);
    // Of the repository or layout that `location` is in.
    std::string document(const Location &location, const Descriptor &descriptor);
    std::vector<Descriptor> referrers(const Location &location, const std::string &digest);

    Client &client();

  private:
    ClientOptions options_;
    std::mutex mutex_;
    std::unique_ptr<Client> client_;
};

// Calls work(0) … work(count - 1), a few at a time side by side; the first Error comes out of it
// when all have ended.
void side_by_side(std::size_t count, const std::function<void(std::size_t)> &work,
                  std::size_t at_once = 16);

} // namespace berth::registry
