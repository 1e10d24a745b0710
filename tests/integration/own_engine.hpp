// SPDX-License-Identifier: Apache-2.0
// A private engine (dev/private-engine) that a test starts for itself, so that it can kill it.
#pragma once

#include "support.hpp"

#include <cstdio>
#include <string>
#include <vector>

namespace berth::test {

// It is stopped at the end, also when the test's process is killed.
class OwnEngine {
  public:
    // Its state is in a directory of the world. Fails the test on errors.
    OwnEngine(World &world, const std::string &name);
    ~OwnEngine();
    OwnEngine(const OwnEngine &) = delete;
    OwnEngine &operator=(const OwnEngine &) = delete;

    // Whether this machine and user can have one.
    static bool possible();

    // After a crash, its containers are dead.
    void start();
    void stop();
    void signal(int number) const;

    // Commands on this engine.
    Result berth(const std::vector<std::string> &arguments);
    Result docker(std::vector<std::string> arguments) const;
    // Options of a builder that reaches its registry.
    std::vector<std::string> options() const;
    // A variable of `private-engine env`.
    std::string variable(const std::string &name) const;
    // The name of its network namespace.
    std::string network() const;

  private:
    Variables environment() const;

    World &world_;
    std::string directory_;
    Variables variables_;
    std::FILE *watch_ = nullptr; // the engine is stopped when this pipe is closed
};

} // namespace berth::test
