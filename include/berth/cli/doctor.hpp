// SPDX-License-Identifier: Apache-2.0
// Findings of `berth doctor`: what was checked, its health, and how to fix it.
#pragma once

#include "berth/cli/choose_builder.hpp"

#include <string>
#include <vector>

namespace berth::cli {

enum class Health {
    ok,
    note,    // good to know; nothing is wrong
    warning, // works, but something will fail
    broken,
};

struct Finding {
    // docker, engine, images, cgroups, proxy, certificates, mirrors, disk, qemu, credentials, tls,
    // ssh, builders, store, tested
    std::string check;
    Health health;
    std::string text;
    std::string fix = {}; // a command or a description
};

using Findings = std::vector<Finding>;

struct EngineAnswer {
    process::Command version_command, info_command;
    process::Outcome version, info;
};
// The docker program, its engine, image store, cgroups and mirrors. `info` receives the engine's
// answer, if any.
Findings check_engine(const Context &context, const EngineAnswer &answer,
                      std::optional<docker::EngineInfo> &info);

// Free disk space for berth and for an engine on this machine.
Findings check_disk(const Context &context, const std::optional<docker::EngineInfo> &info);
// Proxies of the shell, of docker's configuration, of the engine and of builders.
Findings check_proxy(const Context &context, const std::optional<docker::EngineInfo> &info);
// Certificates: /etc/docker/certs.d, and those of DOCKER_TLS_VERIFY.
Findings check_certificates(const Context &context);
// config.json and the helpers it names.
Findings check_credentials(const Context &context);
// `ssh-add -l`, and the finding from its output.
process::Command agent_command();
Findings check_agent(const Context &context, const process::Outcome &outcome);

// The store's directory, the builders in it, and the platforms they run.
Findings check_store(const Context &context);
Findings check_builders(const Context &context, const std::vector<store::BuilderRecord> &records,
                        const std::vector<std::string> &broken,
                        const std::vector<NodeState> &states);

// Whether `host` is a local socket, so that the engine's files are local.
bool is_local(const std::string &host);
// The host of the docker context in use.
std::string engine_host(const Context &context);

} // namespace berth::cli
