// SPDX-License-Identifier: Apache-2.0
// The container builder that builds for a docker context. docker buildx lists each docker context
// as a builder with the driver `docker`, which is the BuildKit inside the engine; the docker CLI
// cannot reach that one, so berth builds in a container on the same engine instead.
#pragma once

#include "berth/builder/config_files.hpp"
#include "berth/docker/types.hpp"
#include "berth/store/builder_record.hpp"
#include "berth/store/docker_contexts.hpp"

#include <filesystem>
#include <string>

namespace berth::builder {

// builds-of-CONTEXT. The context `default` is the engine of DOCKER_HOST: for another engine than
// the local one, the name ends with the first 8 digits of its hash, and so it does for a context
// whose name is not valid for a builder.
std::string context_builder_name(const store::DockerContext &context);
bool is_context_builder(const store::BuilderRecord &record);

// The registry settings of an engine, for a builder on it. Engines have mirrors only of Docker Hub.
struct EngineRegistries {
    ConfigRequest config;
    bool host_network = false; // a mirror listens on the engine's loopback interface
};
EngineRegistries engine_registries(const docker::EngineInfo &engine);

// One node, with default-load, and the engine's mirrors and insecure registries. `config_file` is
// the path of a buildkitd.toml, empty for none.
store::BuilderRecord plan_context_builder(const store::DockerContext &context,
                                          const docker::EngineInfo &engine,
                                          const std::filesystem::path &config_file);

} // namespace berth::builder
