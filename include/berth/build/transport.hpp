// How a context gets to buildctl. A Transport brings it there and runs the build; a new way is a
// new Transport and a choice in choose_transport().
#pragma once

#include "berth/build/arguments.hpp"
#include "berth/build/emulation.hpp"
#include "berth/build/remote.hpp"
#include "berth/context/local_context.hpp"
#include "berth/docker/docker.hpp"
#include "berth/progress/display.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::build {

struct SolveRequest {
    const context::LocalContext &context;
    std::string context_key;
    // buildctl's command line for a context that lies there; `memory` is in BuildPlaces.
    std::function<std::vector<std::string>(const BuildPlaces &)> arguments;
    bool want_image = false;      // give the image's manifest and config back
    bool want_provenance = false; // and what BuildKit wrote down of the build
    // Slots of the named contexts (RemoteReply::copies).
    std::vector<std::string> copies = {};
    // Called before context.manifest is looked at: fills it when that has not been done yet.
    std::function<void()> list_files = {};
    // What the exporter writes to buildctl's standard output.
    std::function<void(std::string_view)> on_output = {};
    // What goes into the builder's memory for as long as the build runs: a tar archive. Empty:
    // none.
    std::string memory = {};
    // Are there outputs that lie in the staging folder (BuildPlaces) when the build has worked, to
    // be sent one after the other on standard output (output_plan)?
    bool staged = false;
    // The answer of a docker credential helper for that registry, or nothing.
    std::function<std::optional<std::string>(const std::string &host)> credentials = {};
    // True once the command is to be ended. None: it goes on until it ends by itself.
    std::function<bool()> over = {};
};

struct SolveResult {
    enum class Kind {
        done,
        failed,     // buildctl said so: `text` ends with its error
        no_builder, // the container does not run: nothing was done
        cancelled,
    };
    Kind kind = Kind::done;
    // What buildctl printed beside its progress: the Dockerfile excerpt, `error: …`.
    std::string text;
    RemoteReply reply;
    EmulationWatch emulation; // was a step of another platform that cannot run here?
    // The docker command and how it ended, for messages.
    process::Command command;
    process::Outcome outcome;
};

class Transport {
  public:
    virtual ~Transport() = default;
    virtual SolveResult solve(const docker::Docker &docker, const std::string &container,
                              const SolveRequest &request, progress::Display &display) = 0;
};

// Copies what changed into the builder's state volume through `docker exec`, where it stays for
// the next build.
std::unique_ptr<Transport> make_stream_transport();

// Lets buildctl read the folder itself: in a short-lived container beside the builder that binds it
// read-only. Costs a container (0.3 s), and saves the copy and the walk through the folder here.
// Where the engine sees no folder of that path, or another one, it falls back to the stream.
// `image`: the builder's. `note` is told whether it worked.
std::unique_ptr<Transport> make_bind_transport(std::string image,
                                               std::function<void(bool worked)> note);

// Is the container worth its time? For many files or bytes. Of a context that was not listed it
// looks at no more than it takes to tell.
bool worth_binding(const context::LocalContext &context);

// What names a folder on this machine: "BOOT-ID DEVICE INODE". Nothing when it cannot be told, or
// when something is mounted inside the folder, which another process might not see.
std::optional<std::string> folder_identity(const std::filesystem::path &folder);

} // namespace berth::build
