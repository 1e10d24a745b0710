// SPDX-License-Identifier: Apache-2.0
// What builds need from the program.
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
    std::string client_id;       // separates its contexts from those of other clients
    std::filesystem::path cache; // a directory for files that may be deleted
    std::reference_wrapper<process::StandardInput> in; // a context or Dockerfile that is `-`
    std::ostream &out, &err;
    // Called after each call to BuildKit, for --debug; may be empty.
    std::function<void(const buildkit::CallRecord &)> on_call = {};
    bool out_is_terminal = false;
    bool colour = false, debug = false;
    bool quiet = false;                   // print only the image ID
    bool warnings = true;                 // print BuildKit's at the end
    bool progress_alone = false;          // rawjson: standard error has only JSON and errors
    bool no_default_load = false;         // BUILDX_NO_DEFAULT_LOAD
    const docker::Docker *home = nullptr; // see engine()
    std::size_t node_number = 0;          // its place in the builder

    // The engine that images are loaded into, and whose images a build can use: that of the docker
    // context in use, wherever the node is. Else the node's own.
    const docker::Docker &engine() const { return home ? *home : docker; }
    GivenUp given_up() const { return surroundings.cancellation.given_up(); }
};

} // namespace berth::job
