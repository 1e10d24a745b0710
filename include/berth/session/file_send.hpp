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

// Receives the bytes of one output, for example an archive. An exception ends the build, and the
// user sees its message, which should name the destination.
class ByteSink {
  public:
    virtual ~ByteSink() = default; // without finish(): removes incomplete results
    virtual void write(std::string_view bytes) = 0;
    virtual void finish() = 0; // all bytes have arrived
};

// Called when BuildKit begins to send the output, with the exporter's metadata (for example
// "containerimage.digest"). Returns nullptr if the destination must not be overwritten.
using OpenSink =
    std::function<std::unique_ptr<ByteSink>(const std::map<std::string, std::string> &metadata)>;

// An output of type=local: files below a directory, which is created with the umask when the first
// file arrives. Files belong to the caller. Keeps modes (with setuid), times, links, and the
// extended attributes that the caller may set. Creates devices; lacking the right to is an error.
// Replaces a file atomically once it is complete. Touches nothing outside the directory: it
// replaces a symlink in the place of a directory.
struct OutputDirectory {
    std::filesystem::path path;
    bool remove_others = false; // mode=delete: removes files that the result lacks
};

using OutputTarget = std::variant<OpenSink, OutputDirectory>;

// `targets` by the exporter's number: its place in SolveRequest.Exporters, counted from 0.
void add_file_send(buildkit::Services &services, std::map<int, OutputTarget> targets);

} // namespace berth::session
