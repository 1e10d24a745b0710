// SPDX-License-Identifier: Apache-2.0
#include "berth/buildkit/status.hpp"

#include <array>

namespace berth::buildkit {

std::string to_string(StatusCode code) {
    static constexpr std::array<const char *, 17> names = {
        "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
        "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
        "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
        "DataLoss", "Unauthenticated"};
    auto number = static_cast<std::size_t>(code);
    if (number < names.size())
        return names[number];
    return "Code(" + std::to_string(static_cast<int>(code)) + ")";
}

} // namespace berth::buildkit
