// `berth create`: a builder, or a node of one.
#include "berth/builder/create.hpp"

#include "berth/cli/choose_builder.hpp"
#include "berth/cli/command_line.hpp"
#include "berth/cli/options.hpp"
#include "berth/progress/display.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <system_error>

namespace berth::cli {

namespace {

struct CreateOptions {
    builder::CreateRequest request;
    std::vector<std::string> arguments;
    std::string driver = "docker-container";
    std::string timeout;
    bool use = false, bootstrap = false;
};

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
    if (request.config.empty() && !request.leave && std::filesystem::exists(path, none))
        request.config = path.string();
}

void bootstrap(Context &context, const store::BuilderRecord &record,
               std::chrono::milliseconds timeout) {
    auto display = boot_display(context);
    auto workers = context.worker_cache();
    try {
        for (const auto &node : record.nodes)
            builder::boot(context.docker(node.endpoint), node, *display,
                          {.cancellation = context.cancellation,
                           .workers = workers,
                           .now = context.now,
                           .boot_timeout = timeout});
    } catch (const std::exception &) {
        display->finish();
        throw;
    }
    display->finish();
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

std::chrono::milliseconds boot_timeout(const std::string &text) {
    if (text.empty())
        return std::chrono::seconds(20);
    auto duration = parse_duration(text);
    if (!duration || duration->count() <= 0)
        throw usage_error(
            fmt::format("invalid argument \"{}\" for \"--timeout\" flag", printable(text)),
            "write a duration such as 30s or 2m");
    return std::chrono::ceil<std::chrono::milliseconds>(*duration);
}

ExitCode run_create(Context &context, const CreateOptions &options) {
    check_arguments("create", options.arguments, 0, 1);
    check_driver(options.driver);
    auto timeout = boot_timeout(options.timeout);
    auto request = options.request;
    request.endpoint_given = !options.arguments.empty();
    request.endpoint =
        resolve_endpoint(context, request.endpoint_given ? options.arguments.front() : "");
    add_default_config(context, request);
    auto store = context.store();
    if (!request.name.empty() && context.docker_contexts().find(lower(request.name)) &&
        lower(request.name) != "default")
        throw usage_error(fmt::format("instance name \"{}\" already exists as context builder",
                                      printable(request.name)),
                          "choose another --name");

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
            bootstrap(context, record, timeout);
    } catch (const std::exception &) {
        auto transaction = store.begin();
        if (before)
            transaction.save(*before);
        else
            transaction.remove(record.name);
        throw;
    }
    if (options.use && !context.runner.dry()) {
        auto key = context.docker_contexts().current_endpoint();
        auto transaction = store.begin();
        transaction.set_current({.key = key, .name = record.name});
        transaction.set_default(key, ""); // as docker buildx does
    }
    if (!context.runner.dry() && !request.leave)
        context.out << record.name << '\n';
    return ExitCode::success;
}

void add_flags(CLI::App &app, CreateOptions &options) {
    auto &request = options.request;
    add_switch(app, "--append", request.append, "Append a node to builder instead of changing it");
    add_switch(app, "--bootstrap", options.bootstrap, "Boot builder after creation");
    add_value(app, "--buildkitd-config,--config", request.config, "BuildKit daemon config file")
        ->type_name("FILE");
    add_value(app, "--buildkitd-flags", request.flags, "BuildKit daemon flags");
    add_value(app, "--driver", options.driver, "Driver to use: docker-container");
    add_repeated(app, "--driver-opt", request.driver_options, "Options for the driver")
        ->type_name("KEY=VALUE");
    add_switch(app, "--leave", request.leave, "Remove a node from builder instead of changing it");
    add_value(app, "--name", request.name, "Builder instance name");
    add_value(app, "--node", request.node, "Create or modify node with given name");
    add_repeated(app, "--platform", request.platforms, "Fixed platforms for current node");
    add_value(app, "--timeout", options.timeout, "Boot within this time (default: 20s)");
    add_switch(app, "--use", options.use, "Set the current builder instance");
    add_arguments(app, "ENDPOINT", options.arguments);
}

} // namespace

void add_create(CLI::App &app, Action &action) {
    auto options = std::make_shared<CreateOptions>();
    auto *command = app.add_subcommand("create", "Create a new builder instance");
    add_flags(*command, *options);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_create(context, *options); };
    });
}

} // namespace berth::cli
