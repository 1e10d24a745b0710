// The buildctl command line of a build; pure, asserted in tests. The frontend's options are listed
// in https://docs.docker.com/reference/cli/docker/buildx/build/ and in BuildKit's
// docs/reference/buildctl.md; a new build flag is a line in build_arguments().
#pragma once

#include "berth/build/options.hpp"
#include "berth/util/environment.hpp"

#include <map>
#include <string>
#include <vector>

namespace berth::build {

// A named context inside the builder: its folder, and the slot it lies in, which BuildKit is to
// keep its copy under (remote.sh says why). Without a slot it is known by its name alone.
struct NamedPlace {
    std::string folder, slot = {};
    std::string layout = {}; // LocalContext::layout
};

struct BuildPlaces {
    std::string context, dockerfile_directory; // inside the builder
    std::string file_name;                     // of the Dockerfile in its directory
    // A context that BuildKit fetches itself; the Dockerfile is in it unless dockerfile_directory
    // is given, too.
    std::string url = {};
    // Named contexts that are folders.
    std::map<std::string, NamedPlace> named = {};
    std::string memory = {};  // the folder in memory with the build's secrets
    std::string staging = {}; // the folder for outputs that come to the client at the end
};

// --build-context NAME=VALUE. Throws a usage error.
struct NamedContext {
    std::string name, value;
};
NamedContext read_named_context(const std::string &text);

// Throws a usage error that names the flag and the value when one is bad.
void check_options(const BuildOptions &options);

// {"buildctl", "build", "--frontend", …} without --progress, outputs and metadata file.
std::vector<std::string> build_arguments(const BuildOptions &options, const BuildPlaces &places,
                                         const Environment &environment, bool attestations);

} // namespace berth::build
