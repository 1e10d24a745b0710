// SPDX-License-Identifier: Apache-2.0
// moby.filesync.v1.FileSend: outputs that BuildKit sends to the client.
#pragma once

#include "berth/buildkit/message_stream.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace berth::session {

// Takes the bytes of one output (an archive, for example). Whatever is thrown ends the build, and
// its message reaches the user: let it name the destination.
class ByteSink {
  public:
    virtual ~ByteSink() = default; // without finish(): leaves nothing half-made behind
    virtual void write(std::string_view bytes) = 0;
    virtual void finish() = 0; // everything came
};

// Called when BuildKit begins to send the output, with what the exporter says of it (for example
// "containerimage.digest"). nullptr: the destination is not to be overwritten.
using OpenSink =
    std::function<std::unique_ptr<ByteSink>(const std::map<std::string, std::string> &metadata)>;

// An output of type=local: files below a directory, which is made, by the umask, when the
// first come. Files
// belong to the caller; modes (setuid included), times, links, and the extended attributes that may
// be set, are kept. Devices are made if the caller may, else that is an error. A file is replaced
// at once when all of it came. Nothing outside of the directory is touched: a symlink in the place
// of a directory is replaced.
struct OutputDirectory {
    std::filesystem::path path;
    bool remove_others = false; // mode=delete: what the build does not have
};

using OutputTarget = std::variant<OpenSink, OutputDirectory>;

// `targets` by the exporter's number: its place in SolveRequest.Exporters, counted from 0.
void add_file_send(buildkit::Services &services, std::map<int, OutputTarget> targets);

} // namespace berth::session
