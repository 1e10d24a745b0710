// SPDX-License-Identifier: Apache-2.0
// The outputs of a build that several nodes share: what each node makes, and what is made of that.
// An image is pushed by digest alone. One for a file or the engine comes here as an OCI layout; if
// it is pushed as well, that is done from here, so that all have the same image.
#pragma once

#include "berth/job/output.hpp"
#include "berth/registry/combine.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace berth::job {

// An image that is put together on this side: of type=oci, or type=docker for the engine.
struct OutputHere {
    Output output;
    std::vector<std::string> names; // as given
};

// What is made of all parts.
struct JointOutputs {
    std::vector<std::string> pushed; // names of images, as given
    bool insecure = false;           // registry.insecure of their output
    std::vector<OutputHere> here;
    std::vector<registry::Annotation> annotations; // of the index and its descriptors

    bool empty() const { return pushed.empty() && here.empty(); }
    bool only_pushed() const { return !pushed.empty() && here.empty(); }
};

// `outputs` and `tags` as of a build on one node. Throws an Error in docker buildx's words for an
// output that can only come from one node.
JointOutputs joint_outputs(const std::vector<Output> &outputs,
                           const std::vector<std::string> &tags);

// What BuildKit is asked for on one node; the names are in the outputs. `layout`: the directory for
// the layout of this part.
std::vector<Output> outputs_of_part(const std::vector<Output> &outputs,
                                    const std::vector<std::string> &tags,
                                    const std::filesystem::path &layout);

} // namespace berth::job
