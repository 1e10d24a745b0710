// SPDX-License-Identifier: Apache-2.0
// `--output`, `--load` and `--push`: the outputs of a build. A new output type is a line in the
// table in output.cpp and, if the client receives its bytes, a case in output_target.cpp.
#pragma once

#include "berth/job/options.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::job {

struct Output {
    // docker buildx's names: docker, image, registry, oci, local, tar, cacheonly.
    std::string type;
    std::string destination = {}; // dest=; "-" is standard output; empty: none was given
    std::vector<std::pair<std::string, std::string>> attributes = {}; // the others, in order
    // For the engine, as an OCI layout: a containerd image store takes all platforms of an image,
    // and its attestations. The classic store does not.
    bool as_layout = false;
    // For a single image for an engine with such a store: with the media types of a layout, since
    // the engine has some of its layers already. (Otherwise its ID there would differ from docker
    // buildx's.)
    bool for_containerd = false;

    // Whether it has a destination. For type=cacheonly, BuildKit gets no output.
    bool exported() const;
    // Whether the client receives the result, for the engine, a file or a directory.
    bool to_client() const;
    // A directory on the client: type=local, and an image's layout with tar=false.
    bool as_folder() const;
    // A directory with the layout of an image.
    bool as_layout_directory() const { return as_folder() && type != "local"; }
    // type=local with mode=delete: removes files that the result lacks.
    bool removes_others() const;
    // To a registry.
    bool pushed() const;
    // Into the engine (type=docker without dest).
    bool to_engine() const { return type == "docker" && destination.empty(); }
    // The value of an attribute; empty if it does not exist.
    std::string attribute(std::string_view key) const;
};

// The entitlement of --allow for removing files anywhere; it is not BuildKit's.
inline constexpr const char *local_delete_entitlement = "buildx.local.delete";

// The outputs that the options ask for, checked: unknown types (with the nearest right one), bad
// CSV, missing destinations and tags that a push needs are usage errors. `default_load` is the
// builder's driver option. Empty: the result stays in the build cache. mode=delete of a directory
// that is not below the working directory is refused without that entitlement, as by docker buildx.
std::vector<Output> read_outputs(const BuildOptions &options, bool default_load);

// BuildKit's exporter for an output, as docker buildx sets it: type and attributes without the
// destination on the client. Tags replace the output's own `name`.
struct Exporter {
    std::string type;
    std::map<std::string, std::string> attributes;
};
Exporter exporter_of(const Output &output, const std::vector<std::string> &tags);

// Whether the only output is an image for the engine. It then stays in the builder first, so that
// only missing layers are sent (load_built.hpp).
bool loads_incrementally(const std::vector<Output> &outputs);
// The exporter of an image that stays.
Exporter kept_image(const Output &output, const std::vector<std::string> &tags);
// The same output, exported whole; `as_layout`: see Output.
Output exported_whole(Output output, bool as_layout);

} // namespace berth::job
