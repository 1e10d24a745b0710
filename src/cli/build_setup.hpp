// SPDX-License-Identifier: Apache-2.0
// Shared by `berth build` and `berth bake`: the display, and the environment of builds.
#pragma once

#include "berth/cli/choose_builder.hpp"
#include "berth/cli/context.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/job/options.hpp"
#include "berth/job/targets.hpp"
#include "berth/progress/display.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::cli {

struct ProgressChoice {
    progress::Mode mode;
    bool warnings; // printed at the end
};

// `given`: --progress; empty: BUILDKIT_PROGRESS. Throws a usage error.
ProgressChoice progress_choice(const Context &context, const std::string &given, bool quiet);

// The display of a build in the chosen builder, or in the one that builds for it.
progress::DisplayOptions display_options(const Context &context, const ChosenBuilder &chosen);

// Removes variables with secrets from the environment of this process after the options were read,
// so that its commands do not inherit them.
void hide_secrets(const Context &context, const job::BuildOptions &build);

// The proxies of docker's configuration become build arguments, as with docker buildx.
void add_proxies(const Context &context, const std::string &endpoint, job::BuildOptions &build);

// Where builds run: the nodes of the builder that take part, and what they need around them.
class BuildPlace {
  public:
    // `platforms`: of each build, as given. `display`: for nodes that are booted to learn their
    // platforms. `groups`: builds that may be spread over nodes.
    BuildPlace(const Context &context, ChosenBuilder builder,
               const std::vector<std::vector<std::string>> &platforms, progress::Display &display,
               const std::vector<builder::SpreadGroup> &groups = {});

    const store::NodeRecord &node() const { return nodes_.front()->record; } // the first of them
    // Of that build.
    const std::vector<job::TargetPart> &parts(std::size_t build) const { return parts_[build]; }
    // In the store, and only if docker commands really run.
    void mark_builder_used() const;
    // Of each node. Use this object and the context.
    std::vector<job::BuildSetting> settings(const ProgressChoice &progress, bool quiet = false);

  private:
    struct Node {
        const store::NodeRecord &record;
        std::size_t number; // in the builder
        docker::Docker docker;
        builder::Surroundings surroundings;
    };
    std::size_t add_node(std::size_t number);

    const Context &context_;
    ChosenBuilder builder_;
    store::Store store_;
    std::optional<docker::Docker> home_; // of the docker context in use
    builder::WorkerCache workers_;
    process::StandardInput in_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::vector<std::vector<job::TargetPart>> parts_;
};

} // namespace berth::cli
