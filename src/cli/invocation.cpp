// SPDX-License-Identifier: Apache-2.0
#include "berth/cli/invocation.hpp"

#include "berth/args/line.hpp"
#include "berth/cli/version_text.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace berth::cli {

namespace {

constexpr std::string_view prefix = "docker-";
// Set by docker for its plugins: the docker program as it was called.
constexpr const char *docker_variable = "DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND";

// The flags of the docker command itself, in the order given:
// https://docs.docker.com/reference/cli/docker/.
struct Given {
    std::string name, value;
};

void declare_docker_flags(args::Command &docker, std::vector<Given> &given) {
    for (const std::string names : {"--config", "-c,--context", "-H,--host", "-l,--log-level",
                                    "--tlscacert", "--tlscert", "--tlskey"})
        docker.add_option(
            names, "",
            [&given, name = names.substr(names.find("--") + 2)](const std::string &value) {
                given.push_back({name, value});
            });
    for (const std::string names : {"-D,--debug", "--tls", "--tlsverify"})
        docker
            .add_option(
                names, "",
                [&given, name = names.substr(names.find("--") + 2)](const std::string &value) {
                    if (!parse_bool(value))
                        throw usage_error("not true or false");
                    given.push_back({name, value});
                })
            .implied = "true";
}

// Docker's variables name a directory with three files of these names, not each file.
void take_certificate(Invocation &invocation, const Given &given) {
    auto wanted = given.name.substr(3) == "cacert" ? "ca" : given.name.substr(3);
    std::filesystem::path path = given.value;
    auto directory = std::filesystem::absolute(path).parent_path().string();
    auto &variable = invocation.variables["DOCKER_CERT_PATH"];
    if (path.filename() != wanted + ".pem" || (variable && *variable != directory))
        throw usage_error(
            fmt::format("--{} {} cannot be passed to docker", given.name, printable(given.value)),
            "put ca.pem, cert.pem and key.pem into one directory and set DOCKER_CERT_PATH to it, "
            "or create a docker context");
    variable = directory;
}

void take(Invocation &invocation, const Given &given) {
    auto &variables = invocation.variables;
    if (given.name == "config") {
        variables["DOCKER_CONFIG"] = given.value;
    } else if (given.name == "context") {
        variables["DOCKER_CONTEXT"] = given.value;
        if (given.value != "default") // which is DOCKER_HOST's engine
            variables["DOCKER_HOST"] = std::nullopt;
    } else if (given.name == "host") {
        variables["DOCKER_HOST"] = given.value;
    } else if (given.name == "tls" || given.name == "tlsverify") {
        auto &variable = variables[given.name == "tls" ? "DOCKER_TLS" : "DOCKER_TLS_VERIFY"];
        variable =
            parse_bool(given.value).value_or(true) ? std::optional<std::string>("1") : std::nullopt;
    } else if (given.name.starts_with("tls")) {
        take_certificate(invocation, given);
    } else if (given.name == "debug") {
        if (parse_bool(given.value).value_or(true))
            invocation.arguments.insert(invocation.arguments.begin(), "--debug");
    } // a log level is nothing to berth
}

void check_engine_flags(const std::vector<Given> &flags) {
    auto count = [&flags](std::string_view name) {
        return std::count_if(flags.begin(), flags.end(),
                             [name](const auto &one) { return one.name == name; });
    };
    if (count("host") > 1)
        throw usage_error("specify only one -H", "remove all but one");
    if (count("host") > 0 && count("context") > 0)
        throw usage_error("conflicting options: cannot specify both --host and --context",
                          "remove one of them");
}

bool is_buildx(const std::string &program) {
    auto file = std::filesystem::path(program).filename();
    return file == "docker-buildx" || file == "buildx";
}

} // namespace

Invocation read_invocation(const std::vector<std::string> &argv, const Environment &environment) {
    Invocation invocation;
    if (argv.empty())
        return invocation;
    invocation.program = argv.front();
    // Unsets empty variables: docker's CLI 20.10 treats an empty one as a host, or as a context of
    // that name.
    for (const char *name : {"DOCKER_HOST", "DOCKER_CONTEXT"})
        if (environment.find(name) == "")
            invocation.variables[name] = std::nullopt;
    std::vector<std::string> arguments(argv.begin() + 1, argv.end());
    auto file = std::filesystem::path(argv.front()).filename().string();
    auto command = file.starts_with(prefix) ? file.substr(prefix.size()) : "";
    invocation.as_buildx = is_buildx(argv.front());
    invocation.name = invocation.as_buildx || !command.empty() ? file : "berth";
    auto docker = environment.get(docker_variable);
    if (command.empty() || docker.empty()) {
        invocation.arguments = std::move(arguments);
        return invocation;
    }
    // The arguments of a completion begin with the request and the plugin's name.
    if (arguments.size() > 1 && arguments[0].starts_with("__complete") && arguments[1] == command)
        std::swap(arguments[0], arguments[1]);
    args::Command docker_command("docker", "");
    std::vector<Given> flags;
    declare_docker_flags(docker_command, flags);
    auto line = args::read_line(docker_command, arguments, args::Options::before_arguments);
    arguments = line.arguments;
    // `docker help buildx build` arrives as typed.
    if (arguments.size() > 1 && arguments[0] == "help" && arguments[1] == command)
        std::swap(arguments[0], arguments[1]);
    if (arguments.empty() || arguments.front() != command) {
        // Called by a program that docker started, not by docker itself.
        invocation.arguments.assign(argv.begin() + 1, argv.end());
        return invocation;
    }
    invocation.plugin = true;
    invocation.name = "docker " + command;
    invocation.arguments.assign(arguments.begin() + 1, arguments.end());
    args::store_line(line);
    check_engine_flags(flags);
    for (const auto &given : flags)
        take(invocation, given);
    // Programs that berth starts are not docker plugins.
    invocation.variables[docker_variable] = std::nullopt;
    // Uses the same docker, even if it is not the one in PATH.
    if (docker.find('/') != std::string::npos && environment.get("BERTH_DOCKER").empty())
        invocation.variables["BERTH_DOCKER"] = docker;
    return invocation;
}

std::string plugin_metadata(const std::string &program) {
    nlohmann::ordered_json metadata = {
        {"SchemaVersion", "0.1.0"},
        {"Vendor", "berth"},
        {"Version", is_buildx(program) ? compatible_version() : "v" BERTH_VERSION},
        {"ShortDescription", "Build container images in BuildKit containers"}};
    return metadata.dump(4) + "\n";
}

} // namespace berth::cli
