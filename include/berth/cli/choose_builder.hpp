// SPDX-License-Identifier: Apache-2.0
// Which builder a command works on, and what state its nodes are in.
#pragma once

#include "berth/builder/worker.hpp"
#include "berth/cli/context.hpp"
#include "berth/store/builder_record.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::cli {

struct ChosenBuilder {
    store::BuilderRecord record; // a docker context: driver "docker", its one node the context
    bool from_context = false;   // not in the store
};

// `name`, else --builder, else BUILDX_BUILDER, else the current builder, else the docker context in
// use. Throws Error (no_such_builder) with the nearest name there is.
ChosenBuilder choose_builder(const Context &context, const std::string &name = {});

// Its first node; throws Error when the builder has no container that berth could run.
const store::NodeRecord &container_node(const ChosenBuilder &builder);

// The node that builds for these platforms (in the form that images have): of several the first
// that has them all, by what it was created with, else by what its running BuildKit says; else the
// first, which may emulate them. Engines are asked when there are several nodes alone.
const store::NodeRecord &build_node(const Context &context, const ChosenBuilder &builder,
                                    const std::vector<std::string> &platforms);

// How a boot by itself is drawn: as `auto` does.
std::unique_ptr<progress::Display> boot_display(const Context &context);

// Boots all nodes, one after the other, drawn so.
void boot_nodes(const Context &context, const store::BuilderRecord &record,
                std::chrono::milliseconds timeout = std::chrono::seconds(20));
// Hands the display to `work`, and finishes it whatever happens.
void draw_boot(const Context &context, const std::function<void(progress::Display &)> &work);

struct NodeState {
    // running, stopped, inactive (no container), or docker's word for anything else; error when
    // its engine does not answer.
    std::string status;
    std::string error = {}; // why it is so, when that is no good
    std::optional<docker::Container> container = {};
    std::optional<builder::WorkerInfo> worker = {}; // of a running one that answers
};

// The states of all nodes, in order. One docker command an engine, side by side; and one for each
// running node that the cache does not know.
std::vector<NodeState> node_states(const Context &context,
                                   const std::vector<const store::NodeRecord *> &nodes);

// The platform (os/architecture) that the engine at `host` had when it was asked last, within a
// day; empty: it has to be asked.
std::string known_platform(const Context &context, const std::string &host);
void keep_platform(const Context &context, const std::string &host, const std::string &platform);

// The engine behind a docker context, asked for its version: running or error.
process::Command engine_command(const Context &context, const std::string &endpoint);
NodeState read_engine_state(const process::Command &command, const process::Outcome &outcome);

} // namespace berth::cli
