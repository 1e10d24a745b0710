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

    // BuildKit takes a file for unchanged when its size and modification time are. A file that was
    // rewritten with both unchanged is recognized by its change time: a file that changed after
    // this moment (nanoseconds since 1970), and later than it was modified, is listed with other
    // nanoseconds within the same millisecond, the same ones until it changes again. Give the time
    // from which on the builder may have an older version. The default trusts every time.
    std::int64_t distrust_after_ns = std::numeric_limits<std::int64_t>::max();
};

// Serves the directories by name ("context", "dockerfile", that of a named context). Every one is
// listed as BuildKit's client lists it, with owner 0:0 as docker buildx does, and a file is opened
// when BuildKit asks for its content. A file that cannot be read then fails the transfer with an
// error that names it (docker buildx sends an empty file); one that grew or shrank is sent as it
// is; a socket is an empty file.
void add_file_sync(buildkit::Services &services,
                   std::map<std::string, SourceDirectory> directories);

} // namespace berth::session
