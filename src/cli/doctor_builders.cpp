// SPDX-License-Identifier: Apache-2.0
// `berth doctor`: checks of the builder store: directory, builders, platforms.
#include "berth/cli/doctor.hpp"
#include "berth/store/store.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace berth::cli {

namespace fs = std::filesystem;

namespace {

// linux/arm64/v8 and linux/arm64 are the same machine.
std::string machine(const std::string &platform) {
    auto parts = split(platform, '/');
    return parts.size() > 1 ? parts[1] : platform;
}

Finding check_node(const store::BuilderRecord &record, const store::NodeRecord &node,
                   const NodeState &state) {
    auto who = node.name == record.name + "0" ? record.name
                                              : fmt::format("{} ({})", record.name, node.name);
    Finding finding{.check = "builders", .health = Health::ok, .text = {}};
    auto container = builder::container_name(node.name);
    if (state.status == "error") {
        finding.health = Health::broken;
        finding.text =
            fmt::format("{}: the engine {} does not answer: {}", who, node.endpoint, state.error);
        finding.fix = fmt::format(
            "start that engine, or remove the builder: berth rm --keep-daemon {}", record.name);
    } else if (!state.error.empty()) {
        finding.health = Health::broken;
        finding.text = fmt::format("{}: {}", who, state.error);
        finding.fix = fmt::format("docker logs {0}; berth inspect --bootstrap {1}, or berth rm {1}",
                                  container, record.name);
    } else if (state.status == "running") {
        finding.text = fmt::format("{}: running, BuildKit {}", who,
                                   state.worker ? state.worker->version : "?");
    } else if (state.status == "inactive" || state.status == "stopped") {
        finding.text = fmt::format("{}: {}, the next build starts it", who, state.status);
    } else {
        finding.health = Health::warning;
        finding.text = fmt::format("{}: the container is {}", who, state.status);
        finding.fix = fmt::format("berth inspect --bootstrap {}", record.name);
    }
    return finding;
}

// Emulated platforms: from a running builder, else from Linux's list on this machine.
Finding check_emulation(const Context &context, const std::vector<NodeState> &states) {
    std::set<std::string> machines;
    for (const auto &state : states)
        if (state.worker)
            for (const auto &platform : state.worker->platforms)
                machines.insert(machine(platform));
    std::string whose = "builders run";
    if (machines.empty() && is_local(engine_host(context))) {
        std::error_code error;
        for (fs::directory_iterator entry("/proc/sys/fs/binfmt_misc", error), end;
             !error && entry != end; entry.increment(error))
            if (auto name = entry->path().filename().string(); name.starts_with("qemu-"))
                machines.insert(name.substr(5));
        whose = "QEMU is installed for";
        if (machines.empty())
            return {.check = "qemu",
                    .health = Health::note,
                    .text = "not installed: builders run only this machine's platform",
                    .fix = "docker run --privileged --rm tonistiigi/binfmt --install all"};
    }
    if (machines.empty())
        return {.check = "qemu",
                .health = Health::note,
                .text = "unknown: no builder is running",
                .fix = "berth inspect --bootstrap"};
    auto text = fmt::format("{} {}", whose,
                            join(std::vector<std::string>(machines.begin(), machines.end()), ", "));
    // 386 comes with amd64, and arm with arm64.
    if (machines.size() <= 2 && whose == "builders run")
        return {.check = "qemu",
                .health = Health::note,
                .text = text + " alone",
                .fix = "docker run --privileged --rm tonistiigi/binfmt --install all, then berth "
                       "stop and build again"};
    return {.check = "qemu", .health = Health::ok, .text = text};
}

} // namespace

Findings check_store(const Context &context) {
    auto directory = context.store().directory();
    struct stat status = {};
    if (::stat(directory.c_str(), &status) != 0)
        return {{.check = "store",
                 .health = Health::ok,
                 .text = fmt::format("{}: created with the first builder", directory.string())}};
    auto fix = fmt::format("sudo chown -R \"$USER\" {0} && chmod 700 {0}",
                           shell_quote(directory.string()));
    if (!S_ISDIR(status.st_mode))
        return {{.check = "store",
                 .health = Health::broken,
                 .text = fmt::format("{} is not a directory", directory.string()),
                 .fix = fmt::format("mv {0} {0}.broken", shell_quote(directory.string()))}};
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0)
        return {{.check = "store",
                 .health = Health::broken,
                 .text = fmt::format("{}: {}", directory.string(), errno_text(errno)),
                 .fix = fix}};
    if (status.st_uid != ::geteuid())
        return {{.check = "store",
                 .health = Health::warning,
                 .text = fmt::format("{} belongs to another user", directory.string()),
                 .fix = fix}};
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return {{.check = "store",
                 .health = Health::warning,
                 .text = fmt::format("{} is writable by other users", directory.string()),
                 .fix = fmt::format("chmod 700 {}", shell_quote(directory.string()))}};
    return {{.check = "store", .health = Health::ok, .text = directory.string()}};
}

Findings check_builders(const Context &context, const std::vector<store::BuilderRecord> &records,
                        const std::vector<std::string> &broken,
                        const std::vector<NodeState> &states) {
    Findings findings;
    auto add = [&findings](Health health, std::string text, std::string fix) {
        findings.push_back({.check = "builders",
                            .health = health,
                            .text = std::move(text),
                            .fix = std::move(fix)});
    };
    for (const auto &problem : broken)
        add(Health::broken, problem, "fix the file, or remove the builder: berth rm --force NAME");
    std::size_t next = 0;
    for (const auto &record : records) {
        if (record.driver == "remote") {
            add(Health::note,
                fmt::format("{}: a remote BuildKit; `berth inspect {}` shows if it answers",
                            record.name, record.name),
                "");
            continue;
        }
        if (record.driver != "docker-container") {
            add(Health::note,
                fmt::format("{}: driver {}, which berth lists but cannot build with", record.name,
                            record.driver),
                "");
            continue;
        }
        if (record.nodes.empty())
            add(Health::broken, fmt::format("{}: no nodes", record.name),
                fmt::format("berth rm {}", record.name));
        for (const auto &node : record.nodes)
            findings.push_back(check_node(record, node, states[next++]));
    }
    try {
        auto name = context.environment.get("BUILDX_BUILDER");
        if (!name.empty() && !context.store().find(name) && !context.docker_contexts().find(name))
            add(Health::broken, fmt::format("BUILDX_BUILDER names {}, which does not exist", name),
                "unset BUILDX_BUILDER");
        else if (name.empty())
            name = context.store().current(context.docker_contexts().current_endpoint());
        if (name.empty())
            add(Health::note,
                "no current builder: the first build creates one for the docker context",
                "berth create --use --bootstrap");
        else
            add(Health::ok, fmt::format("{} is the current builder", name), "");
    } catch (const Error &error) {
        add(Health::broken, error.what(), error.hint());
    }
    findings.insert(findings.begin(), check_emulation(context, states));
    return findings;
}

} // namespace berth::cli
