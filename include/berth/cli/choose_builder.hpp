// SPDX-License-Identifier: Apache-2.0
// The builder of a command, and the state of its nodes.
#pragma once

#include "berth/builder/spread.hpp"
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
    // It builds for a docker context: images are for the engine of its node.
    bool for_context = false;
};

// In this order: `name`, --builder, BUILDX_BUILDER, else the current builder, else the docker
// context in use. Throws Error (no_such_builder) with the nearest existing name.
ChosenBuilder choose_builder(const Context &context, const std::string &name = {});

// Its first node; throws Error if berth cannot run the builder.
const store::NodeRecord &container_node(const ChosenBuilder &builder);

// The parts of each build for such platforms (builder/assign.hpp): by the platforms that nodes were
// created for, else by those of their BuildKits, too, for which nodes that do not run are booted
// now, drawn in `display`. Engines are asked only when the builder has several nodes. Throws Error
// that names a node that cannot be reached. `groups` are spread (builder/spread.hpp); a node that
// only they could use is left out when it cannot be reached.
std::vector<std::vector<builder::Share>>
share_platforms(const Context &context, const ChosenBuilder &builder,
                const std::vector<std::vector<store::Platform>> &wanted,
                const std::vector<builder::SpreadGroup> &groups, progress::Display &display);
// The node for the first of these platforms (in the form that images have), without booting any.
const store::NodeRecord &build_node(const Context &context, const ChosenBuilder &builder,
                                    const std::vector<std::string> &platforms);

// Starts all nodes, one after the other, and draws the progress.
void boot_nodes(const Context &context, const store::BuilderRecord &record,
                std::chrono::milliseconds timeout = std::chrono::seconds(20));
// Passes the display to `work`, and finishes it whatever happens.
void draw_on(std::unique_ptr<progress::Display> display,
             const std::function<void(progress::Display &)> &work);
// The same with the display of a start outside of a build, in the mode `auto`.
void draw_boot(const Context &context, const std::function<void(progress::Display &)> &work);

struct NodeState {
    // running, stopped, inactive (no container), or docker's own status; error if its engine does
    // not answer.
    std::string status;
    std::string error = {}; // why the status is error
    bool timed_out = false; // the engine has not answered in time, but may yet
    std::optional<docker::Container> container = {};
    std::optional<builder::WorkerInfo> worker = {}; // of a running node that answers
};

// The states of all nodes, in order. One docker command per engine, in parallel, and one for each
// running node that is not in the cache.
std::vector<NodeState> node_states(const Context &context,
                                   const std::vector<const store::NodeRecord *> &nodes);

// The platform (os/architecture) of the engine at `host`, from a cache of one day. Empty if the
// cache lacks it.
std::string known_platform(const Context &context, const std::string &host);
void keep_platform(const Context &context, const std::string &host, const std::string &platform);

// Queries the version of a docker context's engine, to see whether it answers.
process::Command engine_command(const Context &context, const std::string &endpoint);
NodeState read_engine_state(const process::Command &command, const process::Outcome &outcome);

} // namespace berth::cli
