// One run of the script in the builder (remote.hpp), whichever container it runs in.
#pragma once

#include "berth/build/transport.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::build {

// Fills the buffer; 0 is the end.
using InputStream = std::function<std::size_t(char *buffer, std::size_t size)>;
InputStream read_from(std::string text);

// A call of the script for this request; `places` as buildctl sees them from where it runs.
RemoteCall remote_call(const SolveRequest &request, const docker::Docker &docker,
                       BuildPlaces &places);

// Where the context lies, seen from where buildctl runs.
BuildPlaces places_of(const context::LocalContext &context);

struct RemoteInput {
    // Makes the first line, while the script starts: the id that RemoteCall::id does not tell yet.
    std::function<std::string()> line = {};
    std::vector<InputStream> streams = {}; // what the script reads after the secrets
    // Takes the manifest that the script offers (RemoteReply::take_manifest).
    std::function<void(std::string_view part)> take_manifest = {};
};

SolveResult run_remote(process::Runner &runner, const process::Command &command,
                       const SolveRequest &request, const RemoteCall &call, RemoteInput input,
                       progress::Display &display);

// What buildctl before 0.13 says, before it does anything; and what it is told then.
bool knows_no_rawjson(const SolveResult &result);
void use_plain_progress(RemoteCall &call);

// Throws what the script's own exit codes mean, where nothing else is to be tried.
void check_remote(const SolveResult &result);

} // namespace berth::build
