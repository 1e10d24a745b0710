// SPDX-License-Identifier: Apache-2.0
#include "berth/session/file_sync.hpp"

#include "berth/util/strings.hpp"

#include "file_sender.hpp"
#include "metadata.hpp"

#include <fmt/format.h>

namespace berth::session {

void add_file_sync(buildkit::Services &services,
                   std::map<std::string, SourceDirectory> directories) {
    services.add("/moby.filesync.v1.FileSync/DiffCopy", [directories = std::move(directories)](
                                                            buildkit::Request &request) {
        auto name = first_value(request.metadata, "dir-name");
        auto found = directories.find(name);
        if (found == directories.end())
            return buildkit::Status{buildkit::StatusCode::not_found,
                                    fmt::format("no access allowed to dir \"{}\"", printable(name)),
                                    {}};
        context::SourceFilter filter{.include = values(request.metadata, "include-patterns"),
                                     .exclude = values(request.metadata, "exclude-patterns"),
                                     .follow = values(request.metadata, "followpaths")};
        return FileSender(request.stream, found->second, filter).run();
    });
}

} // namespace berth::session
