// SPDX-License-Identifier: Apache-2.0
// moby.filesync.v1.FileSync: BuildKit reads local directories of the client, file by file.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>

namespace berth::session {

struct SourceDirectory {
    std::filesystem::path path; // absolute

    // BuildKit considers a file unchanged if its size and modification time are. The change time
    // reveals a file that was rewritten with both unchanged: a file that changed after this moment
    // (nanoseconds since 1970), and later than its modification time, is listed with other
    // nanoseconds within the same millisecond, the same ones until it changes again. Set the time
    // since when the builder may have an older version. The default trusts every time.
    std::int64_t distrust_after_ns = std::numeric_limits<std::int64_t>::max();
};

// Serves the directories by name ("context", "dockerfile", that of a named context). Lists each
// like BuildKit's client, with owner 0:0 like docker buildx, and opens a file when BuildKit
// requests its content. An unreadable file then fails the transfer with an error that names it
// (docker buildx sends an empty file). A file that grew or shrank is sent with its current content;
// a socket is an empty file.
void add_file_sync(buildkit::Services &services,
                   std::map<std::string, SourceDirectory> directories);

} // namespace berth::session
