// --call and --check: the frontend looks at the Dockerfile instead of building it.
#pragma once

#include "berth/build/call_record.hpp"
#include "berth/build/options.hpp"

#include <optional>
#include <ostream>
#include <string>

namespace berth::build {

struct Call {
    std::string name = {};   // of BuildKit's sub-request: lint for check, outline, targets …
    std::string format = {}; // json: the answer as it is; else text
    bool ignore_status = false;
};

// A value of --call, as docker buildx takes it: METHOD[,format=FORMAT][,ignorestatus=BOOL]. Nothing
// for an empty one and for `build`. Throws a usage error.
std::optional<Call> read_call(const std::string &text);

// Prints the answer as docker buildx does, after the files that --iidfile and --metadata-file ask
// for. False when it is one that exits with a code, as a check that found something. Throws what a
// check says is wrong with the Dockerfile.
bool report_call(std::ostream &out, const BuildOptions &options, const CallAnswer &answer);

} // namespace berth::build
