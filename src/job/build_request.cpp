// SPDX-License-Identifier: Apache-2.0
#include "berth/job/build_request.hpp"

#include "berth/image/tag.hpp"
#include "berth/job/call.hpp"
#include "berth/job/git_reference.hpp"
#include "berth/job/layout_output.hpp"
#include "berth/job/local_cache.hpp"
#include "berth/job/output_target.hpp"
#include "berth/util/error.hpp"

namespace berth::job {
namespace {

void add_contexts(BuildRequest &build, const BuildInputs &inputs) {
    auto &request = build.request;
    const auto &contexts = build.contexts;
    for (const auto &[key, value] : contexts.attributes)
        request.attributes[key] = value;
    for (const auto &[name, path] : contexts.directories)
        request.directories[name] = {.path = path, .distrust_after_ns = 0};
    for (const auto &[name, path] : contexts.layouts)
        request.content["oci:" + name] = {.path = path};
    if (inputs.context.archive)
        request.uploads[inputs.context.url] = inputs.context.archive;
    request.shared_key = contexts.shared_key;
}

// docker buildx can fetch such a context itself, for a frontend older than Dockerfile 1.18.
void check_git_queries(const Contexts &contexts, const Environment &environment) {
    auto capabilities = contexts.attributes.find("frontend.caps");
    if (environment.flag("BUILDX_SEND_GIT_QUERY_AS_INPUT") &&
        capabilities != contexts.attributes.end() &&
        capabilities->second.find("gitquerystring") != std::string::npos)
        throw usage_error("BUILDX_SEND_GIT_QUERY_AS_INPUT is not supported",
                          "unset it: frontends since Dockerfile 1.18 read the query of a git "
                          "address");
}

// A context of a build graph replaces the address of the same name.
void add_definitions(solve::Request &request, const BuildOptions &options) {
    auto read = [](const std::string &bytes) {
        pb::Definition definition;
        if (!definition.ParseFromString(bytes))
            throw Error("the definition of a context cannot be read");
        return definition;
    };
    for (const auto &[name, bytes] : options.definitions) {
        if (!name.empty()) {
            auto key = image::context_name(name);
            request.attributes["context:" + key] = "input:" + key;
            request.inputs[key] = read(bytes);
            continue;
        }
        request.attributes.erase("context");
        if (read_git_reference(options.context)) // for provenance
            request.attributes["input:context"] = options.context;
        request.inputs["context"] = request.inputs["dockerfile"] = read(bytes);
    }
}

void add_ssh(BuildRequest &build, const BuildSetting &setting, const BuildInputs &inputs) {
    for (const auto &source : inputs.ssh) {
        if (!source.agent.empty()) {
            build.request.ssh[source.id] = source.agent;
            continue;
        }
        build.agents.push_back(std::make_unique<session::KeyAgent>(
            setting.docker.runner(),
            std::vector<std::filesystem::path>(source.keys.begin(), source.keys.end())));
        build.request.ssh[source.id] = build.agents.back()->socket();
    }
}

void add_outputs(solve::Request &request, const BuildSetting &setting, const BuildInputs &inputs) {
    // Only attestations can be artifacts, and an image loaded layer by layer has none.
    bool no_artifacts =
        !inputs.incremental_load && setting.environment.flag("BUILDX_NO_DEFAULT_OCI_ARTIFACT");
    for (const auto &output : inputs.outputs) {
        if (!output.exported())
            continue;
        auto exporter = inputs.incremental_load ? kept_image(output, inputs.tags)
                                                : exporter_of(output, inputs.tags);
        if (no_artifacts && (exporter.type == "image" || exporter.type == "oci"))
            exporter.attributes.try_emplace("oci-artifact", "false");
        solve::Export exported{.type = exporter.type, .attributes = exporter.attributes};
        if (has_target(output) && !inputs.incremental_load)
            exported.target = make_target(output, setting);
        request.exports.push_back(std::move(exported));
    }
    for (const auto &[id, store] : layout_stores(inputs.outputs))
        request.content[id] = store;
}

void add_caches(solve::Request &request, const SolveCaches &caches) {
    for (const auto &entry : caches.from)
        request.cache_from.push_back(
            {entry.type, {entry.attributes.begin(), entry.attributes.end()}});
    for (const auto &entry : caches.to)
        request.cache_to.push_back(
            {entry.type, {entry.attributes.begin(), entry.attributes.end()}});
    for (const auto &[id, store] : caches.stores)
        request.content[id] = store;
}

} // namespace

BuildRequest make_request(const BuildSetting &setting, const BuildOptions &options,
                          const BuildInputs &inputs, const SavedImages &images,
                          const session::CredentialLookup &credentials) {
    BuildRequest build{
        .request = {.frontend = inputs.frontend.name, .attributes = inputs.frontend.attributes},
        .contexts = contexts_of(inputs.context, inputs.named, options, setting.client_id)};
    auto &request = build.request;
    check_git_queries(build.contexts, setting.environment);
    add_contexts(build, inputs);
    add_definitions(request, options);
    for (const auto &[key, value] : images.attributes())
        request.attributes[key] = value;
    for (const auto &[id, store] : images.stores())
        request.content[id] = store;
    add_outputs(request, setting, inputs);
    add_caches(request, inputs.caches);
    request.entitlements = inputs.frontend.entitlements;
    request.source_policy = inputs.source_policy;
    request.secrets = served_secrets(inputs.secrets, setting.environment);
    add_ssh(build, setting, inputs);
    request.credentials = credentials;
    auto &in = setting.in.get();
    in.resume(); // an earlier attempt may have ended
    request.on_end = [&in] { in.stop(); };
    request.internal = !options.call.empty();
    return build;
}

} // namespace berth::job
