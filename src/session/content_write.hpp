// SPDX-License-Identifier: Apache-2.0
// Content/Write: receives a blob, with an answer to each message.
#pragma once

#include "berth/buildkit/message_stream.hpp"

namespace berth::session {

class BlobStore;

buildkit::Status write_blob(const BlobStore &store, buildkit::MessageStream &stream);

} // namespace berth::session
