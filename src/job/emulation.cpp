// SPDX-License-Identifier: Apache-2.0
#include "berth/job/emulation.hpp"

#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::job {

namespace {

constexpr std::string_view complaint = "exec format error";

// `[linux/arm64 2/3] RUN make`
std::string platform_of(const std::string &vertex_name) {
    auto end = vertex_name.find(' ');
    if (!vertex_name.starts_with('[') || end == std::string::npos)
        return {};
    auto word = vertex_name.substr(1, end - 1);
    auto parts = split(word, '/');
    bool counter = parts.front().find_first_not_of("0123456789") == std::string::npos;
    return parts.size() < 2 || counter ? "" : word;
}

} // namespace

void EmulationWatch::look(const progress::SolveStatus &status) {
    for (const auto &log : status.logs)
        if (log.data.find(complaint) != std::string::npos)
            refused_.insert(log.vertex);
    for (const auto &vertex : status.vertexes) {
        if (vertex.error.empty() || (refused_.count(vertex.digest) == 0 &&
                                     vertex.error.find(complaint) == std::string::npos))
            continue;
        missed_ = true;
        platform_ = platform_of(vertex.name);
    }
}

std::string emulation_hint(const std::string &platform, const std::vector<std::string> &platforms) {
    const auto &wanted = platform.empty() && platforms.size() == 1 ? platforms.front() : platform;
    auto parts = split(wanted, '/');
    auto architecture = parts.size() < 2 ? "all" : parts[1];
    return fmt::format("this machine cannot run programs of {}: install emulators with `docker run "
                       "--privileged --rm tonistiigi/binfmt --install {}`",
                       wanted.empty() ? "another processor" : wanted, architecture);
}

} // namespace berth::job
