// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/build_options.hpp"

#include "berth/job/flag_values.hpp"
#include "berth/job/git_reference.hpp"
#include "berth/job/secrets.hpp"
#include "berth/job/source_definition.hpp"
#include "berth/job/ssh_sources.hpp"
#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/units.hpp"
#include "berth/util/url_text.hpp"

#include "schemes.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace berth::bake {

namespace {

std::string without_scheme(const std::string &path) {
    return path.starts_with(local_scheme) ? path.substr(local_scheme.size()) : path;
}

bool has_tree(const job::RemoteDefinition *remote) {
    return remote != nullptr && remote->tree;
}

// A Dockerfile name in a remote definition does not mean a local file that has this name by chance.
void check_no_local_dockerfile(const Target &target, const std::string &context) {
    auto file = target.dockerfile.value_or("Dockerfile");
    std::error_code error;
    if (!file.starts_with(local_scheme) && !is_remote_address(file) &&
        std::filesystem::exists(clean_path(context + "/" + file), error))
        throw Error(
            "reading a dockerfile for a remote build invocation is currently not supported",
            ExitCode::failure,
            fmt::format("`dockerfile = \"cwd://{}\"` names the one in the working directory",
                        printable(file)));
}

// Sets the context to a plain path or address.
void place_context(Target &target, const job::RemoteDefinition *remote) {
    auto context = target.context.value_or(".");
    if (context == "-")
        throw Error("context from stdin not allowed in bake");
    target.context = context;
    if (is_remote_address(context))
        return;
    bool local = context.starts_with(local_scheme);
    context = clean_path(without_scheme(context));
    if (!local && has_tree(remote)) {
        if (context != "." || remote->address.empty())
            target.remote_paths[""] = context;
        target.context =
            remote->address.empty() ? context : job::address_within(remote->address, context);
        return;
    }
    if (local && has_tree(remote) && !remote->address.empty())
        check_no_local_dockerfile(target, context);
    target.context = context;
}

bool is_path(const std::string &context) {
    return !has_scheme(context) && !is_remote_address(context);
}

void place_named_contexts(Target &target, const job::RemoteDefinition *remote) {
    if (!target.contexts || !has_tree(remote))
        return;
    for (const auto &[name, context] : *target.contexts)
        if (is_path(context) && !name.empty())
            target.remote_paths[name] = clean_path(context);
}

// Relative to the context, unless it is absolute or the context is remote.
std::string dockerfile_path(const Target &target) {
    auto file = target.dockerfile.value_or("Dockerfile");
    if (file == "-")
        throw Error("dockerfile from stdin not allowed in bake");
    if (file.starts_with(local_scheme))
        return std::filesystem::absolute(clean_path(without_scheme(file))).string();
    if (is_remote_address(file))
        return file;
    file = clean_path(file);
    auto context = target.context.value_or(".");
    if (file.starts_with('/') || is_remote_address(context) || target.remote_paths.contains(""))
        return file;
    return clean_path(context + "/" + file);
}

template<class Entry>
Strings csv_of(const std::optional<std::vector<Entry>> &entries) {
    Strings texts;
    if (entries)
        for (const auto &entry : *entries)
            texts.push_back(to_csv(entry));
    return texts;
}

Strings pairs_of(const std::optional<OptionalStrings> &values) {
    Strings pairs;
    if (values)
        for (const auto &[key, value] : *values)
            if (value)
                pairs.push_back(key + "=" + *value);
    return pairs;
}

std::int64_t shm_size_of(const Target &target) {
    if (!target.shm_size)
        return 0;
    auto bytes = parse_bytes(*target.shm_size);
    if (!bytes)
        throw Error(
            fmt::format("invalid value {} for membytes key shm-size", printable(*target.shm_size)));
    return *bytes;
}

// docker buildx uses the first attestation of a type; here each type is already unique.
job::BuildOptions options_of(const Target &target) {
    job::BuildOptions options;
    options.context = target.context.value_or(".");
    options.file = dockerfile_path(target);
    options.dockerfile_inline = target.dockerfile_inline;
    options.secrets = csv_of(target.secrets);
    options.ssh = csv_of(target.ssh);
    options.attests = csv_of(target.attest);
    options.annotations = target.annotations.value_or(Strings());
    options.call = target.call.value_or("");
    options.tags = target.tags.value_or(Strings());
    options.build_args = pairs_of(target.args);
    options.labels = pairs_of(target.labels);
    options.platforms = target.platforms.value_or(Strings());
    options.target = target.target.value_or("");
    options.no_cache = target.no_cache.value_or(false);
    options.no_cache_filter = target.no_cache_filter.value_or(Strings());
    options.pull = target.pull.value_or(false);
    options.outputs = csv_of(target.outputs);
    options.add_hosts = pairs_of(target.extra_hosts);
    options.network = target.network.value_or("");
    options.shm_size = shm_size_of(target);
    options.resources = to_pairs(target.resources.value_or(Resources()));
    options.ulimits = target.ulimits.value_or(Strings());
    options.allow = target.entitlements.value_or(Strings());
    options.cache_from = csv_of(target.cache_from);
    options.cache_to = csv_of(target.cache_to);
    options.policies = csv_of(target.policies);
    return options;
}

// A context in the directory of a remote definition.
void set_remote_context(job::BuildOptions &options, const job::RemoteDefinition &remote,
                        const std::string &name, const std::string &path) {
    auto address =
        remote.address.empty() ? remote.given : job::address_within(remote.address, path);
    bool whole = path == ".";
    if (name.empty())
        options.context = address;
    else
        options.build_contexts.push_back(name + "=" + address);
    if (whole && !remote.address.empty()) // an address is enough
        return;
    auto step = name.empty() ? fmt::format("set context to {}", path)
                             : fmt::format("set context {} to {}", name, path);
    auto definition = whole ? *remote.tree : job::directory_of(*remote.tree, path, step);
    options.definitions[name] = definition.SerializeAsString();
}

// With the secrets that fetched the definition, if the context is on the same host.
void add_git_access(job::BuildOptions &options, const job::RemoteDefinition *remote,
                    const Environment &environment) {
    auto read = [](const std::string &address) {
        return is_remote_address(address) ? job::read_git_reference(address) : std::nullopt;
    };
    auto of_context = read(options.context);
    auto of_remote = remote == nullptr ? std::nullopt : read(remote->address);
    if (of_context && of_remote && lower(of_context->host) == lower(of_remote->host))
        for (auto &secret : job::git_auth_secrets(remote->address, environment))
            options.secrets.push_back(std::move(secret));
    if (options.ssh.empty() && ((of_context && of_context->ssh) || (of_remote && of_remote->ssh)))
        options.ssh = {"default"};
}

job::NamedTarget named_target(const std::string &name, const Target &target,
                              const job::RemoteDefinition *remote, const Environment &environment) {
    job::NamedTarget named{
        .name = name, .options = options_of(target), .requested = !target.linked};
    auto &options = named.options;
    auto contexts = target.contexts.value_or(std::map<std::string, std::string>());
    for (const auto &[context, value] : contexts)
        if (value.starts_with(link_scheme))
            named.links.push_back({.context = context, .target = value.substr(link_scheme.size())});
        else if (!target.remote_paths.contains(context))
            options.build_contexts.push_back(
                context + "=" +
                (value.starts_with(local_scheme) ? clean_path(without_scheme(value)) : value));
    for (const auto &[context, path] : target.remote_paths)
        set_remote_context(options, *remote, context, path);
    add_git_access(options, remote, environment);
    return named;
}

void check(const Target &target, const Environment &environment) {
    dockerfile_path(target);
    shm_size_of(target);
    job::read_platforms(target.platforms.value_or(Strings()));
    job::read_secrets(csv_of(target.secrets), environment);
    job::read_ssh_sources(csv_of(target.ssh), *target.context, environment);
    job::read_ulimits(target.ulimits.value_or(Strings()));
}

} // namespace

void prepare(Selection &selection, const job::RemoteDefinition *remote,
             const Environment &environment) {
    constexpr const char *epoch = "SOURCE_DATE_EPOCH";
    auto seconds = environment.get(epoch);
    for (auto &[name, target] : selection.targets) {
        if (!seconds.empty()) {
            if (!target.args)
                target.args.emplace();
            target.args->emplace(epoch, seconds);
        }
        place_context(target, remote);
        place_named_contexts(target, remote);
        check(target, environment);
    }
}

std::vector<job::NamedTarget> named_targets(const Selection &selection,
                                            const job::RemoteDefinition *remote,
                                            const Environment &environment) {
    std::vector<job::NamedTarget> targets;
    for (const auto &[name, target] : selection.targets)
        targets.push_back(named_target(name, target, remote, environment));
    return targets;
}

} // namespace berth::bake
