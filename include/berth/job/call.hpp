// SPDX-License-Identifier: Apache-2.0
// --call and --check: the frontend evaluates the Dockerfile without building it.
#pragma once

#include "berth/job/options.hpp"
#include "berth/util/patient_write.hpp"

#include "buildkit/ops.pb.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <ostream>
#include <string>

namespace berth::buildkit {
class Bridge;
}

namespace berth::job {

using CallAnswer = std::map<std::string, std::string>; // result.json, result.txt, version …

struct Call {
    std::string name = {};   // of BuildKit's sub-request: lint for check, outline, targets …
    std::string format = {}; // json: the unchanged result; otherwise text
    bool ignore_status = false;
};

// A value of --call in docker buildx's forms: METHOD[,format=FORMAT][,ignorestatus=BOOL]. Nothing
// for an empty one and for `build`. Throws a usage error.
std::optional<Call> read_call(const std::string &text);

// Asks `frontend` (dockerfile.v0, gateway.v0) with the build's attributes, of which `requestid`
// names the sub-request: frontend.lint, frontend.outline … Adds the capability that docker buildx
// asks for; a frontend that is too old to know lint, outline or targets is replaced by a newer one
// from Docker Hub, like docker buildx. Throws GrpcError, and Error for an answer without a result.
CallAnswer call_frontend(buildkit::Bridge &bridge, const std::string &frontend,
                         const std::map<std::string, std::string> &attributes,
                         const std::map<std::string, pb::Definition> &inputs = {});

// For a metadata file, in docker buildx's form: the JSON of the result as a value, everything else
// as strings.
nlohmann::ordered_json call_metadata(const CallAnswer &answer);

// Prints the answer as docker buildx does, after the files that --iidfile and --metadata-file ask
// for. Returns false if the command should fail, as for a check with findings. Throws the error of
// a check that could not read the Dockerfile.
bool report_call(std::ostream &out, const BuildOptions &options, const CallAnswer &answer,
                 const GivenUp &given_up = {});

} // namespace berth::job
