// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/context_builder.hpp"

#include "berth/builder/create.hpp"
#include "berth/store/store.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/loopback.hpp"
#include "berth/util/strings.hpp"

namespace berth::builder {

namespace {

constexpr std::string_view name_prefix = "builds-of-";
constexpr std::size_t hash_digits = 8;
constexpr const char *local_engine = "unix:///var/run/docker.sock";

} // namespace

std::string context_builder_name(const store::DockerContext &context) {
    auto name = std::string(name_prefix) + context.name;
    bool same = store::is_valid_name(name) && lower(name) == name;
    for (auto &letter : name)
        if (!store::is_valid_name("a" + std::string(1, letter)))
            letter = '-';
    bool other_engine = context.name == "default" && context.host != local_engine;
    if (!same || other_engine)
        name += "-" + sha256_hex(same ? context.host : context.name).substr(0, hash_digits);
    return lower(name);
}

bool is_context_builder(const store::BuilderRecord &record) {
    return record.name.starts_with(name_prefix);
}

EngineRegistries engine_registries(const docker::EngineInfo &engine) {
    EngineRegistries result;
    for (const auto &mirror : engine.mirrors) {
        auto scheme = mirror.find("://");
        auto host = mirror.substr(scheme == std::string::npos ? 0 : scheme + 3);
        host = host.substr(0, host.find('/'));
        result.config.mirrors.push_back("docker.io=" + host);
        result.host_network = result.host_network || is_loopback(host);
        if (mirror.starts_with("http://"))
            result.config.insecure_registries.push_back(host);
    }
    for (const auto &registry : engine.insecure_registries)
        result.config.insecure_registries.push_back(registry);
    return result;
}

store::BuilderRecord plan_context_builder(const store::DockerContext &context,
                                          const docker::EngineInfo &engine,
                                          const std::filesystem::path &config_file) {
    auto registries = engine_registries(engine);
    CreateRequest request{.endpoint = context.name == "default" ? context.host : context.name,
                          .driver_options = {"default-load=true"},
                          .config = std::move(registries.config)};
    request.config.file = config_file.string();
    if (registries.host_network)
        request.driver_options.emplace_back("network=host");
    auto name = context_builder_name(context);
    return {.name = name, .nodes = {plan_node(request, name + "0")}};
}

} // namespace berth::builder
