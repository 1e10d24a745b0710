// SPDX-License-Identifier: Apache-2.0
// Shows that the process that creates a builder was killed during the builder's first start, so
// that the same `create` works again.
#pragma once

#include "berth/util/unfinished_file.hpp"

#include <filesystem>
#include <string>

namespace berth::store {

// Holds a lock on `starting/<name>` in the store during the first start. A killed process leaves
// the file without a lock. Of no effect if the file cannot be created.
class FirstStart {
  public:
    // Call these during a transaction of the store; they throw for an invalid name.
    FirstStart(const std::filesystem::path &store, const std::string &name);
    static bool was_killed(const std::filesystem::path &store, const std::string &name);
    static void forget(const std::filesystem::path &store, const std::string &name);

    ~FirstStart(); // removes the file
    FirstStart(const FirstStart &) = delete;
    FirstStart &operator=(const FirstStart &) = delete;

  private:
    std::filesystem::path path_;
    UnfinishedFile lock_;
};

} // namespace berth::store
