// SPDX-License-Identifier: Apache-2.0
// Details that BuildKit adds to the errors of a build: messages in JSON in the status' details (its
// solver/errdefs and util/grpcerrors). They come from frontends too: malformed or too large details
// are ignored.
#pragma once

#include "berth/buildkit/status.hpp"

#include <string>
#include <vector>

namespace berth::buildkit {

struct LineRange {
    int start = 0, end = 0; // from 1; an end before the start counts as the start
};

// The part of a file that an error refers to.
struct ErrorSource {
    std::string file_name = {};
    std::string data = {}; // the whole file
    std::vector<LineRange> ranges = {};
};

struct ErrorDetails {
    std::vector<ErrorSource> sources = {}; // the cause first
    std::string vertex = {};               // digest of the failed step
    // A request that the frontend does not support, for example "frontend.lint".
    std::string unsupported_request = {};
};

ErrorDetails read_details(const Status &status);

// The error in the form of BuildKit's own client: with the name of the code unless it is unknown,
// and with additions from the details.
std::string error_text(const Status &status);

} // namespace berth::buildkit
