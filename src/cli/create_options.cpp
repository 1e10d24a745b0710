#include "berth/cli/create_options.hpp"

#include "berth/cli/choose_builder.hpp"
#include "berth/store/proxies.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>
#include <system_error>

namespace berth::cli {

namespace {

// The argument as the store keeps it: a docker context's name, or a host.
std::string resolve_endpoint(const Context &context, const std::string &argument) {
    auto contexts = context.docker_contexts();
    if (argument.empty())
        return contexts.current_endpoint();
    if (auto found = contexts.find(argument)) // "default" is another engine tomorrow: its host
        return argument == "default" ? found->host : argument;
    constexpr std::array schemes = {"unix://", "tcp://",  "ssh://",  "npipe://",
                                    "fd://",   "http://", "https://"};
    for (std::string_view scheme : schemes)
        if (argument.starts_with(scheme) && argument.size() > scheme.size())
            return store::normalize_host(argument);
    throw usage_error(
        fmt::format("\"{}\" is neither a docker context nor an endpoint", printable(argument)),
        "`docker context ls` lists the contexts; an endpoint is unix:///PATH, "
        "tcp://HOST:PORT or ssh://HOST");
}

void check_driver(const std::string &driver) {
    if (driver == "docker-container")
        return;
    if (driver == "kubernetes" || driver == "remote" || driver == "docker")
        throw usage_error(fmt::format("driver \"{}\" is not one of berth's", driver),
                          "berth builds in builder containers: --driver docker-container");
    throw usage_error(fmt::format("failed to find driver \"{}\"", printable(driver)),
                      "the driver is docker-container");
}

// A configuration for all builders, when no other is given: docker buildx looks there too.
void add_default_config(const Context &context, builder::CreateRequest &request) {
    auto path = context.store().directory() / "buildkitd.default.toml";
    std::error_code none;
    if (request.config.file.empty() && !request.leave && std::filesystem::exists(path, none))
        request.config.file = path.string();
}

// A password in a proxy's URL would show in `docker inspect`.
void add_proxies(const Context &context, builder::CreateRequest &request) {
    auto found = context.docker_contexts().find(request.endpoint);
    request.proxies = store::proxies(context.environment, found ? found->host : request.endpoint);
    for (const auto &[name, url] : request.proxies)
        if (store::has_password(url))
            throw usage_error(
                fmt::format("--inherit-proxy: {} has a password, which everybody who may run "
                            "`docker inspect` would see",
                            name),
                "use a proxy on this machine that adds the password");
}

// A node that is changed, or leaves, must not run on as it was.
void stop_changed(Context &context, const std::optional<store::BuilderRecord> &before,
                  const store::BuilderRecord &after) {
    if (!before)
        return;
    for (const auto &node : before->nodes) {
        bool same = false;
        for (const auto &other : after.nodes)
            same = same || (other.name == node.name &&
                            store::format_record({.name = "", .nodes = {other}}) ==
                                store::format_record({.name = "", .nodes = {node}}));
        if (!same)
            builder::remove(context.docker(node.endpoint), node, true, false);
    }
}

} // namespace

std::chrono::milliseconds boot_timeout(const CreateOptions &options) {
    const auto &text = options.timeout;
    if (text.empty())
        return std::chrono::seconds(20);
    auto duration = parse_duration(text);
    if (!duration || duration->count() <= 0)
        throw usage_error(
            fmt::format("invalid argument \"{}\" for \"--timeout\" flag", printable(text)),
            "write a duration such as 30s or 2m");
    return std::chrono::ceil<std::chrono::milliseconds>(*duration);
}

builder::CreateRequest complete_request(const Context &context, const CreateOptions &options) {
    check_driver(options.driver);
    auto request = options.request;
    request.endpoint_given = !options.arguments.empty();
    request.endpoint =
        resolve_endpoint(context, request.endpoint_given ? options.arguments.front() : "");
    add_default_config(context, request);
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
    // Planned and stored under one lock, so that two creates of one name do not both succeed.
    std::optional<store::BuilderRecord> before;
    store::BuilderRecord record;
    if (context.runner.dry()) {
        record = builder::plan_create(request, store);
    } else {
        auto transaction = store.begin();
        record = builder::plan_create(request, store);
        before = store.find(record.name);
        transaction.save(record);
        transaction.touch(record.name, context.now());
    }
    try {
        stop_changed(context, before, record);
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

void add_create_flags(CLI::App &app, CreateOptions &options) {
    auto &request = options.request;
    auto &config = request.config;
    add_switch(app, "--bootstrap", options.bootstrap, "Boot builder after creation");
    add_value(app, "--buildkitd-config,--config", config.file, "BuildKit daemon config file")
        ->type_name("FILE");
    add_value(app, "--buildkitd-flags", request.flags, "BuildKit daemon flags")->type_name("FLAGS");
    add_repeated(app, "--ca", config.ca, "Certificates that the whole builder trusts")
        ->type_name("FILE");
    add_value(app, "--driver", options.driver, "Driver to use")->type_name("docker-container");
    add_repeated(app, "--driver-opt", request.driver_options, "Options for the driver")
        ->type_name("OPTION=VALUE");
    add_repeated(app, "--env", request.environment, "Set a variable of the builder, verbatim")
        ->type_name("NAME=VALUE");
    add_switch(app, "--inherit-proxy", options.inherit_proxy,
               "Use the proxies of docker's configuration or of the environment");
    add_repeated(app, "--insecure-registry", config.insecure_registries,
                 "A registry without TLS, or with a certificate nobody checks")
        ->type_name("HOST");
    add_value(app, "--max-cache", config.max_cache, "Most disk space for the cache: 20g, 40%")
        ->type_name("SIZE");
    add_repeated(app, "--mirror", config.mirrors, "Ask this mirror first for a registry's images")
        ->type_name("HOST=MIRROR");
    add_value(app, "--name", request.name, "Builder instance name")->type_name("NAME");
    add_value(app, "--node", request.node, "Create or modify node with given name")
        ->type_name("NODE");
    add_repeated(app, "--platform", request.platforms, "Fixed platforms for current node")
        ->type_name("PLATFORM");
    add_repeated(app, "--run-arg", request.run_arguments,
                 "An argument of the `docker run` that starts the builder, as it is")
        ->type_name("ARG");
    add_value(app, "--timeout", options.timeout, "Boot within this time (default: 20s)")
        ->type_name("DURATION");
    add_switch(app, "--use", options.use, "Set the current builder instance");
    add_arguments(app, "[CONTEXT|ENDPOINT]", options.arguments);
}

} // namespace berth::cli
