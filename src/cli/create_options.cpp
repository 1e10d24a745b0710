// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/create_options.hpp"

#include "berth/args/options.hpp"
#include "berth/cli/choose_builder.hpp"
#include "berth/store/first_start.hpp"
#include "berth/store/proxies.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace berth::cli {

namespace {

// The form of the argument in the store: a docker context's name, or a host.
std::string resolve_endpoint(const Context &context, const std::string &argument) {
    auto contexts = context.docker_contexts();
    contexts.check_current();
    if (argument.empty())
        return contexts.current_endpoint();
    if (auto found = contexts.find(argument)) // "default" may change, so keep its host
        return argument == "default" ? found->host : argument;
    // A single word is a misspelt context rather than a host.
    if (store::is_host(argument) && argument.find_first_of(":.") != std::string::npos)
        return store::normalize_host(argument);
    throw usage_error(
        fmt::format("\"{}\" is neither a docker context nor an endpoint", printable(argument)),
        "`docker context ls` lists the contexts, an endpoint is unix:///PATH, tcp://HOST:PORT or "
        "ssh://HOST");
}

// The requested driver, by docker buildx's rules.
std::string chosen_driver(const Context &context, const CreateOptions &options) {
    const auto &driver = options.driver;
    if (driver == "docker-container" || driver == "remote")
        return driver;
    if (driver == "kubernetes")
        throw usage_error(
            "driver \"kubernetes\" is not supported: berth runs only docker commands",
            "run BuildKit in the cluster and use --driver remote with its address, or "
            "create a builder there with docker buildx's own program");
    if (driver == "cloud")
        throw usage_error(
            "driver \"cloud\" is not supported: berth has no access to Docker's cloud",
            "use --driver docker-container or remote, or docker buildx's own program");
    if (driver == "docker")
        throw usage_error("driver \"docker\" is not supported: it is the driver of docker contexts",
                          "`berth build --builder CONTEXT` builds for a docker context");
    if (!driver.empty())
        throw usage_error(fmt::format("failed to find driver \"{}\"", printable(driver)),
                          "drivers are docker-container and remote");
    const auto &name = options.request.name;
    auto existing = name.empty() ? std::nullopt : context.store().find(name);
    if (existing)
        return existing->driver;
    bool remote = options.arguments.empty() && !context.environment.get("BUILDKIT_HOST").empty();
    return remote ? "remote" : "docker-container";
}

std::string remote_endpoint(const Context &context, const CreateOptions &options) {
    auto endpoint = options.arguments.empty() ? context.environment.get("BUILDKIT_HOST")
                                              : options.arguments.front();
    if (endpoint.empty())
        throw usage_error("no remote endpoint provided",
                          "name it: `berth create --driver remote tcp://HOST:PORT`");
    return endpoint;
}

// `docker inspect` would show a password in the URL of a proxy.
void add_proxies(const Context &context, builder::CreateRequest &request) {
    auto found = context.docker_contexts().find(request.endpoint);
    request.proxies = store::proxies(context.environment, found ? found->host : request.endpoint);
    for (const auto &[name, url] : request.proxies)
        if (store::has_password(url))
            throw usage_error(fmt::format("--inherit-proxy: {} contains a password, which `docker "
                                          "inspect` would show to every user of the engine",
                                          name),
                              "use a local proxy that adds the password");
}

bool has_node(const store::BuilderRecord &record, const store::NodeRecord &node, bool as_it_is) {
    return std::any_of(record.nodes.begin(), record.nodes.end(), [&](const auto &other) {
        return other.name == node.name &&
               (!as_it_is || store::format_record({.name = "", .nodes = {other}}) ==
                                 store::format_record({.name = "", .nodes = {node}}));
    });
}

// The container of a removed node is useless. A changed one keeps running, since a build may use
// it.
void settle_before(Context &context, const store::BuilderRecord &before,
                   const store::BuilderRecord &after) {
    for (const auto &node : before.nodes) {
        if (!has_node(after, node, false))
            builder::remove(context.docker(node), node, true, false);
        else if (!has_node(after, node, true))
            context.err << "WARNING: new settings may not be used until builder is restarted\n";
    }
}

// An unreachable engine is an error before anything is stored.
void check_engines(const Context &context, const store::BuilderRecord &record,
                   std::chrono::milliseconds timeout) {
    std::vector<process::Command> commands;
    for (const auto &node : record.nodes) {
        // A remote BuildKit may be started later.
        commands.push_back(engine_command(
            context, node.remote ? context.docker_contexts().current_endpoint() : node.endpoint));
        commands.back().timeout = timeout;
    }
    auto outcomes = context.runner.run_all(commands);
    for (std::size_t i = 0; i < commands.size(); ++i) {
        try {
            docker::check(commands[i], outcomes[i]);
        } catch (const Error &error) {
            throw Error(fmt::format("failed to initialize builder {} ({}): {}", record.name,
                                    record.nodes[i].name, error.what()),
                        error.code(), error.hint());
        }
    }
}

// What a killed `create` left in its place does not stand in the way of the next one. The state
// volume may be older.
void remove_unfinished(Context &context, const std::string &name) {
    auto store = context.store();
    if (!store::FirstStart::was_killed(store.directory(), name))
        return;
    std::optional<store::BuilderRecord> record;
    {
        auto transaction = store.begin();
        if (!store::FirstStart::was_killed(store.directory(), name))
            return;
        record = store.find(name);
        transaction.remove(name);
    }
    if (record)
        for (const auto &node : record->nodes)
            builder::remove(context.docker(node), node, true, false);
}

} // namespace

std::filesystem::path default_config_file(const Context &context) {
    auto path = context.store().directory() / "buildkitd.default.toml";
    std::error_code none;
    return std::filesystem::exists(path, none) ? path : std::filesystem::path();
}

std::chrono::milliseconds boot_timeout(const CreateOptions &options) {
    constexpr std::chrono::milliseconds unlimited = std::chrono::hours(24 * 365);
    if (options.timeout.count() <= 0)
        return unlimited;
    return std::min(unlimited, std::chrono::ceil<std::chrono::milliseconds>(options.timeout));
}

builder::CreateRequest complete_request(const Context &context, const CreateOptions &options) {
    auto request = options.request;
    request.driver = chosen_driver(context, options);
    request.endpoint_given = !options.arguments.empty();
    bool remote = request.driver == "remote";
    if (remote)
        request.endpoint = request.leave ? "" : remote_endpoint(context, options);
    else
        request.endpoint =
            resolve_endpoint(context, request.endpoint_given ? options.arguments.front() : "");
    if (request.config.file.empty() && !request.leave && !remote)
        request.config.file = default_config_file(context).string();
    if (options.inherit_proxy)
        add_proxies(context, request);
    if (!request.name.empty() && context.docker_contexts().find(lower(request.name)) &&
        lower(request.name) != "default")
        throw usage_error(fmt::format("instance name \"{}\" already exists as context builder",
                                      printable(request.name)),
                          "choose another --name");
    return request;
}

store::BuilderRecord create_builder(Context &context, const CreateOptions &options) {
    auto timeout = boot_timeout(options);
    auto request = complete_request(context, options);
    auto store = context.store();
    bool is_new = !request.append && !request.leave && request.node.empty();
    if (!context.runner.dry() && is_new && store::is_valid_name(request.name))
        remove_unfinished(context, request.name);
    if (!context.runner.dry() && !request.leave)
        check_engines(context, builder::plan_create(request, store), timeout);
    // Planned and stored under one lock, so that two concurrent creates with one name do not both
    // succeed.
    std::optional<store::BuilderRecord> before;
    std::optional<store::FirstStart> first_start;
    store::BuilderRecord record;
    if (context.runner.dry()) {
        record = builder::plan_create(request, store);
    } else {
        auto transaction = store.begin();
        record = builder::plan_create(request, store);
        before = store.find(record.name);
        transaction.save(record);
        transaction.touch(record.name, context.now());
        if (!before && options.bootstrap)
            first_start.emplace(store.directory(), record.name);
    }
    try {
        if (before)
            settle_before(context, *before, record);
        if (options.bootstrap)
            boot_nodes(context, record, timeout);
    } catch (const std::exception &) {
        if (!context.runner.dry()) {
            auto transaction = store.begin();
            if (before)
                transaction.save(*before);
            else
                transaction.remove(record.name);
        }
        throw;
    }
    if (options.use)
        use_builder(context, record.name);
    return record;
}

void use_builder(Context &context, const std::string &name) {
    if (context.runner.dry())
        return;
    auto key = context.docker_contexts().current_endpoint();
    auto transaction = context.store().begin();
    transaction.set_current({.key = key, .name = name});
    transaction.set_default(key, ""); // as docker buildx does
}

void add_create_flags(args::Command &app, CreateOptions &options) {
    auto &request = options.request;
    auto &config = request.config;
    args::add_switch(app, "--bootstrap", options.bootstrap, "Start the builder after creation");
    args::add_value(app, "--buildkitd-config,--config", config.file, "BuildKit daemon config file")
        .type("FILE");
    args::add_value(app, "--buildkitd-flags", request.flags, "BuildKit daemon flags").type("FLAGS");
    args::add_repeated(app, "--ca", config.ca, "CA certificates to trust").type("FILE");
    args::add_value(app, "--driver", options.driver, "Driver to use")
        .type("docker-container|remote");
    args::add_repeated(app, "--driver-opt", request.driver_options, "Options for the driver")
        .type("OPTION=VALUE");
    args::add_repeated(app, "--env", request.environment,
                       "Set an environment variable of the builder")
        .type("NAME=VALUE");
    args::add_switch(app, "--inherit-proxy", options.inherit_proxy,
                     "Use the proxies of docker's config or the environment");
    args::add_repeated(app, "--insecure-registry", config.insecure_registries,
                       "Registry to use without TLS verification, or over HTTP")
        .type("HOST");
    args::add_value(app, "--max-cache", config.max_cache,
                    "Maximum disk space of the cache (20g, 40%)")
        .type("SIZE");
    args::add_repeated(app, "--mirror", config.mirrors, "Mirror of a registry").type("HOST=MIRROR");
    args::add_value(app, "--name", request.name, "Builder instance name").type("NAME");
    args::add_value(app, "--node", request.node, "Create or modify node with given name")
        .type("NODE");
    args::add_repeated(app, "--platform", request.platforms, "Fixed platforms for current node")
        .type("PLATFORM");
    args::add_repeated(app, "--run-arg", request.run_arguments,
                       "Argument for the `docker run` of the builder")
        .type("ARG");
    args::add_duration(app, "--timeout", options.timeout, "Time limit for the start (default: 20s)")
        .type("DURATION");
    args::add_switch(app, "--use", options.use, "Set the current builder instance");
    app.take_arguments("[CONTEXT|ENDPOINT]", options.arguments);
}

} // namespace berth::cli
