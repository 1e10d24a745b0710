// SPDX-License-Identifier: Apache-2.0
// The environment variables of a command as a value, so tests can set them.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace berth {

class Environment {
  public:
    Environment() = default;
    explicit Environment(std::map<std::string, std::string> variables)
        : variables_(std::move(variables)) {}

    // The variables of this process.
    static Environment of_process();

    // Distinguishes unset from empty ...
    std::optional<std::string> find(const std::string &name) const;
    // ... and treats unset as empty.
    std::string get(const std::string &name, const std::string &fallback = {}) const;
    // Go's strconv.ParseBool, like docker's switches; other values are false.
    bool flag(const std::string &name) const;

    const std::map<std::string, std::string> &all() const { return variables_; }

  private:
    std::map<std::string, std::string> variables_;
};

} // namespace berth
