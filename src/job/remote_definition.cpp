// SPDX-License-Identifier: Apache-2.0
#include "berth/job/remote_definition.hpp"

#include "berth/buildkit/bridge.hpp"
#include "berth/buildkit/error_details.hpp"
#include "berth/job/build_commons.hpp"
#include "berth/job/build_failure.hpp"
#include "berth/job/context_source.hpp"
#include "berth/job/git_reference.hpp"
#include "berth/job/secrets.hpp"
#include "berth/job/source_definition.hpp"
#include "berth/job/ssh_sources.hpp"
#include "berth/session/key_agent.hpp"
#include "berth/solve/solve.hpp"
#include "berth/util/strings.hpp"

#include "lane.hpp"
#include "redaction.hpp"

#include <fmt/format.h>

#include <atomic>
#include <memory>

namespace berth::job {

namespace {

using buildkit::Bridge;

constexpr std::size_t tree_limit = 16u << 20;
constexpr const char *downloaded = "context"; // the name of what an http address gives

std::string solved(Bridge &bridge, const pb::Definition &definition) {
    buildkit::frontend::SolveRequest request;
    *request.mutable_definition() = definition;
    auto id = bridge.solve(request).result().ref().id();
    bridge.evaluate(id);
    return id;
}

bool exists(Bridge &bridge, const std::string &id, const std::string &name) {
    try {
        bridge.stat_file(id, name);
        return true;
    } catch (const buildkit::GrpcError &error) {
        if (error.status().code == buildkit::StatusCode::cancelled)
            throw;
        return false;
    }
}

void read_tree(RemoteDefinition &definition, Bridge &bridge, const WantedFiles &wanted) {
    auto id = solved(bridge, *definition.tree);
    auto names = wanted.names;
    if (names.empty())
        for (const auto &name : wanted.usual)
            if (exists(bridge, id, name))
                names.push_back(name);
    for (const auto &name : names)
        definition.files.emplace_back(name, bridge.read_file(id, name, tree_limit));
}

// An address that gives an archive, whose content is the directory, or the definition itself.
void read_download(RemoteDefinition &definition, Bridge &bridge, const WantedFiles &wanted) {
    auto download =
        http_definition(definition.given, downloaded, "[internal] load remote build context");
    auto id = solved(bridge, download);
    constexpr std::size_t head = 1024;
    if (is_archive(bridge.read_start(id, downloaded, head))) {
        definition.tree = unpacked(download, downloaded);
        read_tree(definition, bridge, wanted);
        return;
    }
    try {
        definition.files.emplace_back(definition.given,
                                      bridge.read_file(id, downloaded, download_limit));
    } catch (const buildkit::FileTooLarge &) {
        throw Error("non-archive definition URL bigger than maximum allowed size (2.097MB)",
                    ExitCode::failure, "download the definition and name it with --file");
    }
}

// What git needs of this side. An agent is offered for every address, since submodules may need it;
// it must be there if the repository itself is fetched over SSH.
struct Access {
    std::vector<std::unique_ptr<session::KeyAgent>> agents = {};

    void add(solve::Request &request, const BuildSetting &setting, const GitReference &reference,
             const std::string &address) {
        request.secrets = served_secrets(
            read_secrets(git_auth_secrets(address, setting.environment), setting.environment),
            setting.environment);
        try {
            add_agent(request, setting);
        } catch (const Error &) {
            if (reference.ssh)
                throw;
        }
    }

  private:
    void add_agent(solve::Request &request, const BuildSetting &setting) {
        auto given = setting.environment.get("BUILDX_BAKE_GIT_SSH");
        auto value = given.empty() ? "default" : "default=" + given;
        for (const auto &source : read_ssh_sources({value}, "", setting.environment)) {
            if (!source.agent.empty()) {
                request.ssh[source.id] = source.agent;
                continue;
            }
            agents.push_back(std::make_unique<session::KeyAgent>(
                setting.docker.runner(),
                std::vector<std::filesystem::path>(source.keys.begin(), source.keys.end())));
            request.ssh[source.id] = agents.back()->socket();
        }
    }
};

// The environment's spelling of a name, in any case; empty when it is not there.
std::string spelled(const std::string &name, const Environment &environment) {
    for (const auto &[key, value] : environment.all())
        if (lower(key) == lower(name))
            return key;
    return {};
}

} // namespace

RemoteDefinition read_remote_definition(Bridge &bridge, const std::string &address,
                                        const WantedFiles &wanted) {
    RemoteDefinition definition{.given = address};
    if (auto reference = read_git_reference(address)) {
        definition.address = address;
        reference->advice = wanted.git_advice;
        // BuildKit keeps the names of steps in its records.
        definition.tree = git_definition(*reference, "[internal] load git source " +
                                                         Redaction(address).of(address));
        read_tree(definition, bridge, wanted);
    } else {
        read_download(definition, bridge, wanted);
    }
    return definition;
}

RemoteDefinition fetch_remote_definition(const BuildSetting &setting, progress::Display &display,
                                         const std::string &address, const WantedFiles &wanted) {
    const Redaction redaction(address);
    if (setting.docker.runner().dry())
        throw Error(fmt::format("the definition at {} cannot be read in a dry run",
                                printable(redaction.of(address))),
                    ExitCode::failure, "clone the repository and run `berth --dry-run bake` in it");
    BuildCommons commons(setting);
    Access access;
    solve::Request request{.internal = true, .credentials = commons.credentials()};
    if (auto reference = read_git_reference(address))
        access.add(request, setting, *reference, address);
    std::atomic<bool> begun = false;
    RemoteDefinition definition;
    auto fetch = [&](buildkit::Connection &connection) {
        solve::Build build(connection, request, [&](const progress::SolveStatus &status) {
            begun = true;
            display.update(redaction.of(status));
        });
        build.solve_by_bridge([&](Bridge &bridge) {
            definition = read_remote_definition(bridge, address, wanted);
            return solve::Build::Result();
        });
    };
    try {
        Lane(setting, display).with_connection([&begun] { return begun.load(); }, fetch);
    } catch (const buildkit::GrpcError &error) {
        if (setting.surroundings.cancellation.cancelled())
            throw build_cancelled();
        auto reason = redaction.of(one_line(buildkit::error_text(error.status())));
        throw Error(fmt::format("failed to read the definition at {}: {}",
                                printable(redaction.of(address)), printable(reason)));
    }
    return definition;
}

std::vector<std::string> git_auth_secrets(const std::string &address,
                                          const Environment &environment) {
    auto reference = read_git_reference(address);
    if (!reference || reference->host.empty())
        return {};
    std::vector<std::string> secrets;
    for (const std::string kind : {"TOKEN", "HEADER"})
        if (auto variable = spelled("BUILDX_BAKE_GIT_AUTH_" + kind, environment); !variable.empty())
            secrets.push_back(csv_field("id=GIT_AUTH_" + kind + "." + reference->host) + "," +
                              csv_field("env=" + variable));
    return secrets;
}

} // namespace berth::job
