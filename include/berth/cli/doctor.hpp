// SPDX-License-Identifier: Apache-2.0
// What `berth doctor` finds: one thing looked at, how it is, and what mends it.
#pragma once

#include "berth/cli/choose_builder.hpp"

#include <string>
#include <vector>

namespace berth::cli {

enum class Health {
    ok,
    note,    // good to know; nothing is wrong
    warning, // works, and something will not
    broken,
};

struct Finding {
    // docker, engine, images, cgroups, proxy, ca, mirrors, disk, qemu, credentials, tls, ssh,
    // builders, store, tested
    std::string check;
    Health health;
    std::string text;
    std::string mend = {}; // a command, or what to do
};

using Findings = std::vector<Finding>;

struct EngineAnswer {
    process::Command version_command, info_command;
    process::Outcome version, info;
};
// The docker program, its engine, image store, cgroups and mirrors; `info` gets what the engine
// told, if it did.
Findings check_engine(const Context &context, const EngineAnswer &answer,
                      std::optional<docker::EngineInfo> &info);

// Room where berth and an engine on this machine write.
Findings check_disk(const Context &context, const std::optional<docker::EngineInfo> &info);
// Proxies of the shell, of docker's configuration, of the engine and of builders.
Findings check_proxy(const Context &context, const std::optional<docker::EngineInfo> &info);
// Certificates: /etc/docker/certs.d, and those of DOCKER_TLS_VERIFY.
Findings check_certificates(const Context &context);
// config.json and the helpers it names.
Findings check_credentials(const Context &context);
// `ssh-add -l`, run, and what it says of the agent.
process::Command agent_command();
Findings check_agent(const Context &context, const process::Outcome &outcome);

// The store's folder, the builders in it, and the platforms they run.
Findings check_store(const Context &context);
Findings check_builders(const Context &context, const std::vector<store::BuilderRecord> &records,
                        const std::vector<std::string> &broken,
                        const std::vector<NodeState> &states);

// Is `host` a socket of this machine, so that the engine's files are files here?
bool is_local(const std::string &host);
// The host of the docker context in use.
std::string engine_host(const Context &context);

} // namespace berth::cli
