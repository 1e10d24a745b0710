// SPDX-License-Identifier: Apache-2.0
// Digests that tests can tell apart.
#pragma once

#include <string>

namespace berth::image {

inline std::string digest(char digit) {
    return "sha256:" + std::string(64, digit);
}

} // namespace berth::image
