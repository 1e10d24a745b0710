// SPDX-License-Identifier: Apache-2.0
#include "berth/session/file_send.hpp"

#include "berth/buildkit/typed_stream.hpp"
#include "berth/util/strings.hpp"

#include "buildkit/file_sync.pb.h"
#include "directory_receiver.hpp"
#include "metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace berth::session {
namespace {

using buildkit::Status;
using buildkit::StatusCode;

// Like BuildKit's client, uses the first target if the number is missing or invalid.
int exporter_number(const buildkit::Metadata &metadata) {
    auto number =
        parse_integer(first_value(metadata, "buildkit-attachable-exporter-id")).value_or(0);
    return number >= 0 && number <= std::numeric_limits<int>::max() ? static_cast<int>(number) : -1;
}

std::map<std::string, std::string> exporter_metadata(const buildkit::Metadata &metadata) {
    constexpr std::string_view prefix = "exporter-md-";
    std::map<std::string, std::string> result;
    for (const auto &[name, value] : metadata) {
        if (!name.starts_with(prefix))
            continue;
        auto &joined = result[name.substr(prefix.size())];
        joined += (joined.empty() ? "" : ",") + value;
    }
    return result;
}

Status receive_bytes(buildkit::Request &request, const OpenSink &open) {
    auto sink = open(exporter_metadata(request.metadata));
    if (!sink)
        return {StatusCode::already_exists, "target already exists", {}};
    moby::filesync::v1::BytesMessage message;
    while (buildkit::read(request.stream, message))
        if (!message.data().empty())
            sink->write(message.data());
    sink->finish();
    return {};
}

Status receive_directory(buildkit::Request &request, const OutputDirectory &directory) {
    auto all = values(request.metadata, "buildkit-exporter-multi-platform");
    if (directory.remove_others && std::find(all.begin(), all.end(), "1") == all.end())
        return {StatusCode::unknown,
                "local exporter mode=delete requires a BuildKit daemon with multi-platform local "
                "export support",
                {}};
    return DirectoryReceiver(request.stream, directory).run();
}

} // namespace

void add_file_send(buildkit::Services &services, std::map<int, OutputTarget> targets) {
    services.add("/moby.filesync.v1.FileSend/DiffCopy", [targets = std::move(targets)](
                                                            buildkit::Request &request) {
        auto number = exporter_number(request.metadata);
        auto found = targets.find(number);
        if (found == targets.end())
            return Status{StatusCode::unknown, fmt::format("exporter {} not found", number), {}};
        if (const auto *directory = std::get_if<OutputDirectory>(&found->second))
            return receive_directory(request, *directory);
        return receive_bytes(request, std::get<OpenSink>(found->second));
    });
}

} // namespace berth::session
