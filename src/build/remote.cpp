#include "berth/build/remote.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/strings.hpp"

#include "remote_script.hpp" // made from remote.sh

#include <fmt/format.h>

#include <utility>

namespace berth::build {

std::string memory_folder(const std::string &marker) {
    return "/dev/shm/" + marker;
}

std::string staging_folder(const std::string &marker) {
    return "/tmp/" + marker;
}

std::string output_end(const std::string &marker) {
    return marker + " end\n";
}

namespace {

std::string wanted(const RemoteCall &call) {
    std::string words;
    for (const auto &[want, word] :
         {std::pair(call.want_image, "image "), std::pair(call.want_provenance, "provenance "),
          std::pair(call.want_end, "end "), std::pair(call.want_output_end, "output ")})
        if (want)
            words += word;
    return words;
}

} // namespace

std::vector<std::string> remote_command(const RemoteCall &call) {
    std::vector<std::string> words = {
        "sh",          "-c",        remote_script,
        "berth-build", call.marker, fmt::format("{}/{}", contexts_directory, call.key),
        call.id,       call.slot,   call.base,
        wanted(call),  call.memory, call.staging,
        call.bound};
    words.insert(words.end(), call.buildctl.begin(), call.buildctl.end());
    return words;
}

bool read_remote_line(std::string_view line, const std::string &marker, RemoteReply &reply) {
    if (!line.starts_with(marker) || line.size() <= marker.size() || line[marker.size()] != ' ') {
        if (!reply.manifest_comes)
            return false;
        auto part = base64_decode(line);
        reply.manifest_damaged |= !part;
        if (part && reply.take_manifest)
            reply.take_manifest(*part);
        return true;
    }
    line.remove_prefix(marker.size() + 1);
    auto space = line.find(' ');
    auto word = line.substr(0, space);
    auto rest = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    if (word == "start") {
        reply.started = true;
    } else if (word == "have") {
        auto parts = split(rest, ' ');
        if (parts.size() == 2) {
            reply.slot = parts[0];
            reply.base = parts[1];
        }
    } else if (word == "copy") {
        if (!rest.empty())
            reply.copies.emplace_back(rest);
    } else if (word == "manifest") {
        reply.manifest_comes = true;
    } else if (word == "manifest-end") {
        reply.manifest_whole =
            std::exchange(reply.manifest_comes, false) && !reply.manifest_damaged;
    } else if (word == "credential") {
        auto gap = rest.find(' ');
        if (gap != std::string_view::npos)
            reply.asked.emplace_back(rest.substr(0, gap), rest.substr(gap + 1));
    } else if (word == "ref") {
        reply.ref = rest;
    } else if (word == "provenance") {
        auto first = rest.find(' '), second = rest.find(' ', first + 1);
        if (first != rest.npos && second != rest.npos)
            reply.provenance.push_back(
                {.platform = std::string(rest.starts_with("- ") ? "" : rest.substr(0, first)),
                 .type = std::string(rest.substr(first + 1, second - first - 1)),
                 .json = std::string(rest.substr(second + 1))});
    } else if (word == "end") {
        reply.end = static_cast<int>(parse_integer(rest).value_or(-1));
    } else if (word == "metadata") {
        reply.image.metadata = rest;
    } else if (word == "image-manifest") {
        reply.image.manifest = rest;
    } else if (word == "image-config") {
        reply.image.config = rest;
    }
    return true;
}

std::string frame_header(std::size_t size) {
    return fmt::format("{}\n", size);
}

} // namespace berth::build
