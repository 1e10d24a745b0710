// SPDX-License-Identifier: Apache-2.0
// Replaces a container on the same state, for `ensure --recreate` and `upgrade`.
#include "berth/builder/node.hpp"
#include "berth/util/error.hpp"

namespace berth::builder {

namespace {

void go_back(const docker::Docker &docker, const std::string &spare, const std::string &name,
             bool ran) noexcept {
    try {
        docker.rename_container(spare, name);
        if (ran)
            docker.start_container(name);
    } catch (const std::exception &) { // the first error is the one to report
    }
}

} // namespace

void replace(const docker::Docker &docker, const store::NodeRecord &node, bool boots,
             progress::Display &display, const Surroundings &surroundings) {
    auto name = container_name(node.name), spare = name + "_before";
    auto found = docker.inspect_containers({name, spare});
    auto old = found.find(name);
    bool exists = old != found.end();
    if (!boots) {
        if (exists)
            docker.remove_container(name);
        return;
    }
    if (!exists)
        return boot(docker, node, display, surroundings);
    // Left behind by a killed process; the new container works.
    if (found.contains(spare))
        docker.remove_container(spare);
    bool ran = old->second.status != "exited" && old->second.status != "created" &&
               old->second.status != "dead";
    if (ran)
        docker.stop_container(name); // two buildkitd would corrupt the state
    docker.rename_container(name, spare);
    try {
        boot(docker, node, display, surroundings);
    } catch (const std::exception &) {
        go_back(docker, spare, name, ran);
        throw;
    }
    docker.remove_container(spare);
}

} // namespace berth::builder
