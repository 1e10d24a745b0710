// SPDX-License-Identifier: Apache-2.0
// Symbolic links to berth in a directory of docker plugins.
#pragma once

#include "berth/cli/context.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace berth::cli {

class PluginLinks {
  public:
    // `program`: the target of the links.
    PluginLinks(std::filesystem::path directory, std::filesystem::path program)
        : directory_(std::move(directory)), program_(std::move(program)) {}

    enum class State {
        absent,
        ours,  // a link to a berth, this one or another
        other, // another program
    };
    State state(const std::string &name) const; // "docker-berth"
    std::filesystem::path path(const std::string &name) const { return directory_ / name; }
    // The backup of another program while berth has its name. docker ignores it.
    std::filesystem::path kept(const std::string &name) const;

    // Creates all of `names`, or none: a failure (an Error) is rolled back. Another program is
    // moved to kept(). `check` is run on each link and throws when it does not work.
    void install(const std::vector<std::string> &names,
                 const std::function<void(const std::filesystem::path &)> &check) const;
    // Removes a link to berth and restores the backup; false if the link is not berth's.
    bool uninstall(const std::string &name) const;

  private:
    std::filesystem::path directory_, program_;
};

// The running program by a path that stays valid: as it was called (`argv0`), through PATH, rather
// than where links lead (a package manager's directory of one version); but not a plugin's link.
// Throws Error if it cannot be determined.
std::filesystem::path this_program(const std::string &argv0, const Environment &environment);

} // namespace berth::cli
