// SPDX-License-Identifier: Apache-2.0
// The environment variables a command may look at, as a value: tests give their own.
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

    // Unset and empty are told apart here ...
    std::optional<std::string> find(const std::string &name) const;
    // ... and are the same here.
    std::string get(const std::string &name, const std::string &fallback = {}) const;
    // Go's strconv.ParseBool, as docker reads its switches; anything else is false.
    bool flag(const std::string &name) const;

    const std::map<std::string, std::string> &all() const { return variables_; }

  private:
    std::map<std::string, std::string> variables_;
};

} // namespace berth
