// SPDX-License-Identifier: Apache-2.0
// moby.upload.v1.Upload: BuildKit fetches a build context that the client has as a stream.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace berth::session {

// Fills the buffer and returns the number of bytes; 0 at the end. May throw.
using ByteSource = std::function<std::size_t(char *buffer, std::size_t size)>;

// A new address that a solve names as its context: http://buildkit-session/ID
std::string upload_address();

// Serves each source at its address from upload_address(), only once, since it cannot be read
// again.
void add_upload(buildkit::Services &services, std::map<std::string, ByteSource> sources);

} // namespace berth::session
