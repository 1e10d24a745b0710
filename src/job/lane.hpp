// SPDX-License-Identifier: Apache-2.0
// A node that takes part in a build: the one connection to its BuildKit, and its failures.
#pragma once

#include "berth/job/build_setting.hpp"
#include "berth/progress/display.hpp"

#include <functional>
#include <memory>
#include <string>

namespace berth::job {

class Lane {
  public:
    // `display`: for booting. Both must outlive the lane.
    Lane(const BuildSetting &setting, progress::Display &display);

    const BuildSetting &setting() const { return setting_; }
    const std::string &name() const { return setting_.node.name; }

    // Runs `work` with the connection, one docker command, which stays open. A node that does not
    // run is booted, and one whose connection broke before `begun` is dialled again, once. Throws
    // what `work` throws, and an Error when the connection ends.
    void with_connection(const std::function<bool()> &begun,
                         const std::function<void(buildkit::Connection &)> &work);

    // Starts the connection when BuildKit has answered on it. Throws as with_connection().
    void reach();
    // Prints the commands that reach it in a dry run. False when builds cannot be shown: its
    // BuildKit is at an address.
    bool print() const;

    buildkit::Connection &connection() { return *connection_; }
    void hang_up() { connection_.reset(); }
    // What it is to the user that the connection ended.
    Error error_of(const buildkit::CommandEnded &ended) const;
    void remove_old_contexts() const;

  private:
    // Its first call finds out whether BuildKit is there.
    buildkit::Connection &dial();
    void boot();

    const BuildSetting &setting_;
    progress::Display &display_;
    std::string container_;
    std::unique_ptr<buildkit::Connection> connection_;
};

} // namespace berth::job
