// SPDX-License-Identifier: Apache-2.0
// What builds need of the program around them.
#pragma once

#include "berth/builder/node.hpp"
#include "berth/buildkit/connection.hpp"
#include "berth/docker/docker.hpp"
#include "berth/process/standard_input.hpp"
#include "berth/store/store.hpp"
#include "berth/util/environment.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>

namespace berth::job {

struct BuildSetting {
    const docker::Docker &docker; // of the node
    const store::NodeRecord &node;
    std::string builder;       // its name
    const store::Store &store; // records each build
    const builder::Surroundings &surroundings;
    const Environment &environment;
    std::string client_id;       // keeps its contexts apart from those of other clients
    std::filesystem::path cache; // a folder for what need not be kept
    std::reference_wrapper<process::StandardInput> in; // a context or Dockerfile that is `-`
    std::ostream &out, &err;
    // Told of each call to BuildKit, for --debug; empty: nobody is.
    std::function<void(const buildkit::CallRecord &)> on_call = {};
    bool out_is_terminal = false;
    bool colour = false, debug = false;
    bool quiet = false;           // print the image's id alone
    bool warnings = true;         // print BuildKit's at the end
    bool progress_alone = false;  // rawjson: nothing else on standard error but an error
    bool no_default_load = false; // BUILDX_NO_DEFAULT_LOAD
    // With several nodes: the engine that images are loaded into. Else the node's own.
    const docker::Docker *home = nullptr;
    std::size_t node_number = 0; // its place in the builder
};

} // namespace berth::job
