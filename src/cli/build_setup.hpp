// SPDX-License-Identifier: Apache-2.0
// Shared by `berth build` and `berth bake`: the display, and the environment of builds.
#pragma once

#include "berth/cli/choose_builder.hpp"
#include "berth/cli/context.hpp"
#include "berth/job/build_setting.hpp"
#include "berth/job/options.hpp"
#include "berth/progress/display.hpp"

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

// The place of builds: a node of the builder, and its surroundings.
class BuildPlace {
  public:
    BuildPlace(const Context &context, ChosenBuilder builder,
               const std::vector<std::string> &platforms);

    const store::NodeRecord &node() const { return node_; }
    // In the store, and only if docker commands really run.
    void mark_builder_used() const;
    // Uses this object and the context.
    job::BuildSetting setting(const ProgressChoice &progress);

  private:
    const Context &context_;
    ChosenBuilder builder_;
    const store::NodeRecord &node_;
    store::Store store_;
    docker::Docker docker_;
    builder::WorkerCache workers_;
    builder::Surroundings surroundings_;
    process::StandardInput in_;
};

} // namespace berth::cli
