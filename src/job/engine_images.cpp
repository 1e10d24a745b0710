// SPDX-License-Identifier: Apache-2.0
#include "berth/job/engine_images.hpp"

#include "berth/job/attestations.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/util/error.hpp"

#include <algorithm>

namespace berth::job {

namespace {

bool attests(const BuildOptions &options) {
    auto attestations = read_attestations(options.attests);
    return std::any_of(attestations.begin(), attestations.end(),
                       [](const auto &one) { return one.second.has_value(); });
}

Error no_index(bool attested) {
    return Error(
        "failed to build: docker exporter does not currently support exporting manifest lists",
        ExitCode::failure,
        attested ? "push the image, write it with -o type=oci, or disable attestations with "
                   "--provenance=false --sbom=false"
                 : "load it in a separate build, push it, or write it with -o type=oci");
}

} // namespace

void plan_engine_images(const BuildOptions &options, std::vector<Output> &outputs,
                        const std::function<bool(const Output &)> &containerd) {
    bool attested = attests(options);
    bool index = attested || read_platforms(options.platforms).size() > 1;
    for (auto &output : outputs) {
        if (output.type != "docker")
            continue;
        if (!output.to_engine()) {
            if (index)
                throw Error("failed to build: docker exporter does not support exporting manifest "
                            "lists, use the oci exporter instead",
                            ExitCode::failure, "write -o type=oci,dest=FILE");
        } else if (containerd(output)) {
            output.for_containerd = !index && loads_incrementally(outputs);
            output.as_layout = !output.for_containerd;
        } else if (index && (attested || !loads_incrementally(outputs))) {
            throw no_index(attested); // else load_platforms() can
        }
    }
}

} // namespace berth::job
