// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/arguments.hpp"
#include "berth/util/tar.hpp"

#include <set>

namespace berth::docker {

std::string tar_files_begin(const std::map<std::string, std::string> &files, unsigned mode) {
    std::string archive;
    std::set<std::string_view> made;
    for (const auto &[name, content] : files) {
        std::string_view path = name;
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
        for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1))
            if (made.insert(path.substr(0, slash)).second)
                append_tar_header(
                    archive,
                    {.path = path.substr(0, slash), .type = TarMember::directory, .mode = 0755});
        append_tar_header(archive, {.path = path, .mode = mode, .size = content.size()});
        archive += content;
        archive.append(tar_padding(content.size()), '\0');
    }
    return archive;
}

std::string tar_files(const std::map<std::string, std::string> &files, unsigned mode) {
    auto archive = tar_files_begin(files, mode);
    append_tar_end(archive);
    return archive;
}

} // namespace berth::docker
