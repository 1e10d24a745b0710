// What runs inside the builder: one `sh` script that makes sure the builder holds the context, runs
// buildctl, ends it when its standard input ends, and hands back what the build left behind.
//
// The context lives in the state volume: /var/lib/buildkit/berth/contexts/<key>/<slot>/ with
//   c/         the context's files
//   d/         the Dockerfile and its .dockerignore
//   manifest   what is in c/, as context::Manifest writes it
//   size       bytes it takes there, about
//   id         names the content of c/ and d/; missing while they change
//   use.<pid>.<start time>   a build that reads them
//   lock/owner               whoever changes them
// Two builds of different content from one folder use two slots, so that neither changes files
// under the other.
//
// Everything the script says goes to standard error behind a marker that only this run knows (the
// rest of that stream is buildctl's); standard output is the exporter's, up to
// output_end().
#pragma once

#include "berth/image/image_archive.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::build {

inline constexpr const char *contexts_directory = "/var/lib/buildkit/berth/contexts";

struct RemoteCall {
    std::string marker;
    std::string key;     // names the context's place: hex
    std::string id = {}; // names its content: hex; or remote_id_comes
    // Empty: the builder is asked whether it holds the content. Else the slot to put it into, from
    // the streams on standard input (frame()), when it holds `base` now (empty: nothing).
    std::string slot = {}, base = {};
    bool want_image = false;      // say the image's manifest and config too
    bool want_provenance = false; // say what BuildKit wrote down of the build
    // Wait at the end for the client to end the script's input, when much was said (remote.sh tells
    // why); with output_end() behind what comes on standard output.
    bool want_end = false, want_output_end = false;
    // A folder in memory that the script makes from a tar stream, the first on standard input, and
    // removes at the end; empty: none. See memory_folder(). A file `environment` in it is a shell
    // script that the build's environment comes from.
    std::string memory = {};
    // A folder for buildctl's outputs, made by the script and removed at the end; empty: none. When
    // the build has worked, each file in it comes on standard output in the order of names: a line
    // with its size in bytes, then the bytes. A folder in it is a cache: of it comes a tar archive
    // without the files that the list NAME.have in memory names.
    std::string staging = {};
    // Not empty: the script runs in a container beside the builder that has the context's folder at
    // bound_folder, if that is the folder of this identity (folder_identity()); the first stream
    // (after memory's) brings the Dockerfile. Then there is no slot.
    std::string bound = {};
    // buildctl's command line; it runs in the slot, so that c and d are relative paths. A metadata
    // file is added.
    std::vector<std::string> buildctl = {};
};

// /dev/shm/berth-…: where secrets of one build lie inside the builder.
std::string memory_folder(const std::string &marker);

// Where its outputs lie.
std::string staging_folder(const std::string &marker);
inline constexpr const char *bound_folder = "/berth/context";

// The last of standard output when the build has worked.
std::string output_end(const std::string &marker);

// In place of an id: it comes as the first line on standard input.
inline constexpr const char *remote_id_comes = "-";

// {"sh", "-c", script, …}
std::vector<std::string> remote_command(const RemoteCall &call);

// Exit codes of the script beside buildctl's.
inline constexpr int remote_not_seen = 93;  // the engine does not see the client's folder
inline constexpr int remote_unsent = 94;    // it worked, but its outputs cannot be sent
inline constexpr int remote_no_memory = 95; // /dev/shm is not in memory
inline constexpr int remote_unusable = 96;  // the state folder cannot be written
inline constexpr int remote_busy = 97;      // the slot is in use or holds something else by now
inline constexpr int remote_lacks = 98;     // the builder does not hold the content

// A predicate of SLSA provenance, of an image or one of its platforms.
struct ProvenanceDocument {
    std::string platform; // empty: the only one
    std::string type;     // https://slsa.dev/provenance/…
    std::string json;
};

// What the script said.
struct RemoteReply {
    bool started = false; // the container runs and has a shell
    // With remote_lacks: the slot that was used last, and what it holds. Its manifest goes here as
    // it comes; it is whole only when that is said.
    std::string slot = {}, base = {};
    std::function<void(std::string_view part)> take_manifest = {};
    bool manifest_comes = false, manifest_damaged = false, manifest_whole = false;
    // Slots whose contexts BuildKit knows as SLOT-NAME (remote.sh says why): SolveOutput calls them
    // NAME. Those of named contexts are put here beforehand.
    std::vector<std::string> copies = {};
    std::string ref = {}; // BuildKit's name of this build, of one that failed too
    // After a build that worked.
    image::ImageDocuments image = {};
    std::vector<ProvenanceDocument> provenance = {};
    // The exit code, once all is said and the script waits for the client to have it.
    std::optional<int> end = {};
    // Credentials that buildctl wants: a number to answer to, and a registry. Who answers takes
    // them.
    std::vector<std::pair<std::string, std::string>> asked = {};
};

// Takes a line of standard error; false when it is not the script's.
bool read_remote_line(std::string_view line, const std::string &marker, RemoteReply &reply);

// One chunk of a stream for the script's standard input; an empty one ends the stream. At most
// 4 MiB are worth putting into one.
std::string frame_header(std::size_t size);

} // namespace berth::build
