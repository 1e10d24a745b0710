// SPDX-License-Identifier: Apache-2.0
// berth in a folder of docker's plugins, as symbolic links to the program.
#pragma once

#include "berth/cli/context.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace berth::cli {

class PluginLinks {
  public:
    // `program`: the file that links are to lead to.
    PluginLinks(std::filesystem::path folder, std::filesystem::path program)
        : folder_(std::move(folder)), program_(std::move(program)) {}

    enum class State {
        absent,
        ours,  // a link to a berth, this one or another
        other, // another program
    };
    State state(const std::string &name) const; // "docker-berth"
    std::filesystem::path path(const std::string &name) const { return folder_ / name; }
    // Where another program is kept while berth has its name. docker takes no notice of it.
    std::filesystem::path kept(const std::string &name) const;

    // All of `names`, or none: what was done is undone when something fails (an Error). A program
    // of another is moved to kept(). `check` is run on each link and throws when it does not work.
    void install(const std::vector<std::string> &names,
                 const std::function<void(const std::filesystem::path &)> &check) const;
    // Removes a link of ours, and brings back what was kept; false when there is none of ours.
    bool uninstall(const std::string &name) const;

  private:
    std::filesystem::path folder_, program_;
};

// The program that runs, by the path it will have tomorrow: as it was called (`argv0`), through
// PATH, rather than where links lead (a package manager's folder of one version); but not a
// plugin's link. Throws Error when it cannot be told.
std::filesystem::path this_program(const std::string &argv0, const Environment &environment);

} // namespace berth::cli
