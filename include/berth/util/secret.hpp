// SPDX-License-Identifier: Apache-2.0
// A secret value: a password, a token, the content of a build secret.
#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace berth {

// Cannot be printed, formatted or turned into a string by accident: only reveal() returns it, and
// its caller must send it only to its destination.
class Secret {
  public:
    Secret() = default;
    // Implicit: taking a value in is harmless.
    Secret(std::string value) : value_(std::move(value)) {}
    Secret(const char *value) : value_(value) {}

    const std::string &reveal() const { return value_; }
    bool empty() const { return value_.empty(); }
    std::size_t size() const { return value_.size(); }
    bool operator==(const Secret &) const = default;

  private:
    std::string value_;
};

std::ostream &operator<<(std::ostream &, const Secret &) = delete;

} // namespace berth
