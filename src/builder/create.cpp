// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/create.hpp"

#include "berth/builder/config_files.hpp"
#include "berth/builder/driver_options.hpp"
#include "berth/builder/node.hpp"
#include "berth/builder/platform.hpp"
#include "berth/builder/remote.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::builder {

namespace {

constexpr std::string_view entitlement_flag = "--allow-insecure-entitlement";

// Allows the host's network in builds, unless the configuration already does or the flags begin
// with entitlements. (Like docker buildx, only checks the flags before the first other one.)
std::vector<std::string> buildkitd_flags(const std::string &text, const store::NodeRecord &node) {
    auto flags = split_words(text);
    auto first = std::find_if(flags.begin(), flags.end(),
                              [](const auto &word) { return word.starts_with("-"); });
    bool given =
        first != flags.end() && (first->starts_with(std::string(entitlement_flag) + "=") ||
                                 (*first == entitlement_flag && std::next(first) != flags.end()));
    bool configured = node.files && node.files->contains(config_file) &&
                      allows_host_network(node.files->at(config_file));
    if (!given && !configured)
        flags.push_back(std::string(entitlement_flag) + "=network.host");
    return flags;
}

void add_environment(OptionMap &options, const CreateRequest &request) {
    for (const auto &variable : request.environment) {
        auto equals = variable.find('=');
        if (equals == std::string::npos || equals == 0)
            throw usage_error(fmt::format("invalid value \"{}\" of --env, expecting KEY=VALUE",
                                          printable(variable.substr(0, equals))),
                              "or use --inherit-proxy to copy the proxies of this machine");
        options["env." + variable.substr(0, equals)] = variable.substr(equals + 1);
    }
    for (const auto &[name, value] : request.proxies)
        options.try_emplace("env." + name, value);
    if (request.config.ca.empty())
        return;
    // Go's TLS reads these directories besides the system's bundle.
    constexpr const char *variable = "env.SSL_CERT_DIR", *system = "/etc/ssl/certs";
    auto &directories = options.try_emplace(variable, system).first->second;
    directories = fmt::format("{}/{}:{}", config_directory,
                              std::filesystem::path(ca_file).parent_path().string(), directories);
}

// berth itself sets the identity of the container.
void check_run_arguments(const std::vector<std::string> &arguments) {
    for (const auto &argument : arguments)
        for (const auto *own : {"--name", "--rm", "--detach", "-d", "--cidfile"})
            if (argument.substr(0, argument.find('=')) == own)
                throw usage_error(fmt::format("--run-arg {} is not allowed", printable(argument)),
                                  "berth itself names, starts and removes the container");
}

bool says_driver_options(const CreateRequest &request) {
    return !request.driver_options.empty() || !request.environment.empty() ||
           !request.proxies.empty() || !request.config.ca.empty();
}

// Applies the flags; other settings stay.
void update_node(store::NodeRecord &node, const CreateRequest &request) {
    auto fresh = plan_node(request, node.name);
    if (request.endpoint_given)
        node.endpoint = fresh.endpoint;
    if (!request.platforms.empty())
        node.platforms = fresh.platforms;
    if (says_driver_options(request))
        node.driver_options = fresh.driver_options;
    if (!node.remote && (!request.flags.empty() || node.flags.empty()))
        node.flags = fresh.flags;
    if (!request.config.empty())
        node.files = fresh.files;
    if (!request.run_arguments.empty())
        node.run_arguments = fresh.run_arguments;
}

auto find_node(store::BuilderRecord &record, const std::string &name) {
    return std::find_if(record.nodes.begin(), record.nodes.end(),
                        [&name](const auto &node) { return node.name == name; });
}

std::string next_node_name(store::BuilderRecord &record) {
    for (int i = 0;; ++i) {
        auto name = lower(record.name) + std::to_string(i);
        if (find_node(record, name) == record.nodes.end())
            return name;
    }
}

void leave(store::BuilderRecord &record, const std::string &node) {
    auto found = find_node(record, node);
    if (found == record.nodes.end())
        throw usage_error(fmt::format("node \"{}\" not found for {}", printable(node), record.name),
                          fmt::format("`berth inspect {}` shows its nodes", record.name));
    if (record.nodes.size() == 1)
        throw usage_error("can not leave last node, do you want to rm instance instead?",
                          fmt::format("`berth rm {}` removes the builder", record.name));
    record.nodes.erase(found);
}

// An engine has at most one node of a builder, and a fixed platform belongs to one node: removes
// those of the node at `index` from the others.
void settle_nodes(store::BuilderRecord &record, std::size_t index) {
    const auto &node = record.nodes[index];
    for (std::size_t i = 0; i < record.nodes.size(); ++i) {
        auto &other = record.nodes[i];
        if (i == index)
            continue;
        if (other.endpoint == node.endpoint)
            throw usage_error(
                fmt::format("invalid duplicate endpoint {}", printable(node.endpoint)),
                fmt::format("node {} of the builder uses it already", other.name));
        if (!node.platforms || node.platforms->empty())
            continue;
        if (!other.platforms)
            other.platforms.emplace(); // as docker buildx writes it
        std::erase_if(*other.platforms, [&node](const auto &platform) {
            return std::find(node.platforms->begin(), node.platforms->end(), platform) !=
                   node.platforms->end();
        });
    }
}

void check_combination(const CreateRequest &request) {
    if (request.append && request.name.empty())
        throw usage_error("append requires a builder name", "add --name NAME");
    if (request.leave && request.name.empty())
        throw usage_error("leave requires instance name", "add --name NAME");
    if (request.leave && request.node.empty())
        throw usage_error("leave requires node name", "add --node NODE");
}

} // namespace

namespace {

// A running BuildKit is already configured.
void check_remote(const CreateRequest &request) {
    if (!request.config.empty())
        throw usage_error("setting config file is not supported for remote driver",
                          "configure the BuildKit where it runs");
    if (!request.flags.empty())
        throw usage_error("setting buildkit flags is not supported for remote driver",
                          "configure the BuildKit where it runs");
    if (!request.environment.empty() || !request.proxies.empty() || !request.run_arguments.empty())
        throw usage_error(
            "--env, --inherit-proxy and --run-arg are not supported for remote driver",
            "configure the BuildKit where it runs");
}

} // namespace

store::NodeRecord plan_node(const CreateRequest &request, std::string name) {
    store::NodeRecord node;
    node.name = std::move(name);
    node.endpoint = request.endpoint;
    node.platforms = parse_platforms(request.platforms);
    auto options = parse_driver_options(request.driver_options);
    add_environment(options, request);
    bool remote = request.driver == "remote";
    if (!remote)
        read_driver_options(options); // throws for invalid ones
    if (!options.empty())
        node.driver_options = std::move(options);
    if (remote) {
        check_remote(request);
        node.remote = true;
        read_remote(node);
        return node;
    }
    if (!request.config.empty())
        node.files = make_config_files(request.config);
    check_run_arguments(request.run_arguments);
    node.run_arguments = request.run_arguments;
    node.flags = buildkitd_flags(request.flags, node);
    return node;
}

store::BuilderRecord plan_create(const CreateRequest &request, const store::Store &store) {
    check_combination(request);
    auto name = request.name.empty() ? generated_name(store) : store::validate_name(request.name);
    if (name == "default")
        throw usage_error(
            "default is a reserved name and cannot be used to identify builder instance",
            "choose another --name");
    auto node_name = request.node.empty() ? "" : store::validate_name(request.node);
    auto existing = store.find(name);
    if (!existing && (request.append || request.leave))
        throw Error(fmt::format("failed to find instance \"{}\" for {}", name,
                                request.append ? "append" : "leave"),
                    ExitCode::no_such_builder, "`berth ls` lists the builders");
    if (existing && !request.append && node_name.empty())
        throw usage_error(
            fmt::format("existing instance for \"{}\" but no append mode, specify the "
                        "node name to make changes for existing instances",
                        request.name),
            fmt::format("`berth use {0}` makes it the current builder, `berth rm {0}` removes it",
                        name));

    if (existing && existing->driver != request.driver)
        throw usage_error(
            fmt::format("existing instance for \"{}\" but has mismatched driver \"{}\"",
                        request.name, printable(existing->driver)),
            "leave --driver out, or choose another --name");

    auto record = existing.value_or(store::BuilderRecord{
        .name = request.name.empty() ? name : request.name, .driver = request.driver});
    if (request.leave) {
        leave(record, node_name);
        return record;
    }
    auto node = find_node(record, node_name);
    if (node != record.nodes.end()) {
        update_node(*node, request);
    } else if (existing && !request.append) {
        throw usage_error(
            fmt::format("node {} not found, did you mean to append?", node_name),
            fmt::format("`berth inspect {}` shows its nodes, --append adds one", record.name));
    } else {
        record.nodes.push_back(
            plan_node(request, node_name.empty() ? next_node_name(record) : node_name));
        node = std::prev(record.nodes.end());
    }
    settle_nodes(record, static_cast<std::size_t>(node - record.nodes.begin()));
    return record;
}

} // namespace berth::builder
