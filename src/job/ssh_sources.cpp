// SPDX-License-Identifier: Apache-2.0
#include "berth/job/ssh_sources.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace berth::job {

namespace {

namespace fs = std::filesystem;

constexpr const char *ways = "write --ssh default, --ssh ID=SOCKET or --ssh ID=KEY[,KEY…]";

fs::file_status look_at(const std::string &path) {
    std::error_code error;
    auto status = fs::status(path, error);
    if (!fs::exists(status))
        throw Error(fmt::format("failed to build: --ssh: stat {}: {}", printable(path),
                                error ? error.message() : "no such file or directory"),
                    ExitCode::failure, ways);
    return status;
}

SshSource read_source(const std::string &text, const Environment &environment) {
    auto equals = text.find('=');
    SshSource source{.id = text.substr(0, equals)};
    if (source.id.empty())
        source.id = "default";
    if (source.id.find_first_of(",\"\n") != std::string::npos)
        throw usage_error(fmt::format("--ssh: the ID '{}' contains a comma, quote or line break",
                                      printable(source.id)),
                          ways);
    std::vector<std::string> paths;
    if (equals != std::string::npos && equals + 1 < text.size())
        paths = split(std::string_view(text).substr(equals + 1), ',');
    else
        paths = {environment.get("SSH_AUTH_SOCK")};
    if (paths.front().empty())
        throw Error("failed to build: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is "
                    "set",
                    ExitCode::failure,
                    "start an agent with `eval $(ssh-agent) && ssh-add`, or " +
                        std::string("name a key: --ssh ") + source.id + "=KEY");
    for (const auto &path : paths) {
        if (!source.agent.empty())
            throw usage_error(fmt::format("--ssh {}: only single socket allowed", printable(text)),
                              ways);
        if (fs::is_socket(look_at(path)))
            source.agent = fs::absolute(path).string();
        else
            source.keys.push_back(path);
    }
    if (!source.agent.empty() && !source.keys.empty())
        throw usage_error(
            fmt::format("--ssh {}: invalid combination of keys and sockets", printable(text)),
            ways);
    return source;
}

bool fetched_over_ssh(const std::string &context) {
    return context.starts_with("ssh://") || context.starts_with("git@");
}

} // namespace

std::vector<SshSource> read_ssh_sources(const std::vector<std::string> &values,
                                        const std::string &context,
                                        const Environment &environment) {
    std::vector<SshSource> sources;
    for (const auto &text : values) {
        if (text.empty())
            continue;
        auto source = read_source(text, environment);
        auto same = std::find_if(sources.begin(), sources.end(),
                                 [&](const auto &other) { return other.id == source.id; });
        if (same != sources.end())
            *same = std::move(source);
        else
            sources.push_back(std::move(source));
    }
    std::error_code ignored;
    if (sources.empty() && fetched_over_ssh(context) && !fs::is_directory(context, ignored))
        sources.push_back(read_source("default", environment));
    return sources;
}

} // namespace berth::job
