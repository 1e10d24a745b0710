#include "berth/build/image_index.hpp"

#include "berth/build/attestations.hpp"
#include "berth/build/deliver.hpp"
#include "berth/build/flag_values.hpp"
#include "berth/build/output_plan.hpp"
#include "berth/util/error.hpp"

#include <algorithm>

namespace berth::build {

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
        attested ? "push the image, or write it with -o type=oci; --provenance=false --sbom=false "
                   "turns attestations off"
                 : "load it in a build of its own, push the image, or write it with -o type=oci");
}

} // namespace

void plan_indexes(const BuildOptions &options, std::vector<Output> &outputs,
                  const docker::Docker &docker) {
    bool attested = attests(options);
    if (!attested && read_platforms(options.platforms).size() <= 1)
        return;
    for (auto &output : outputs) {
        if (output.type != "docker")
            continue;
        if (!output.to_engine())
            throw Error("failed to build: docker exporter does not support exporting manifest "
                        "lists, use the oci exporter instead",
                        ExitCode::failure, "write -o type=oci,dest=FILE");
        if (!attested && loads_incrementally(outputs))
            continue; // load_platforms() can
        if (!engine_of(output, docker).info().containerd_store)
            throw no_index(attested);
        output.as_layout = true;
    }
}

} // namespace berth::build
