#include "berth/cli/invocation.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>

namespace berth::cli {

namespace {

constexpr std::string_view prefix = "docker-";
// Set by docker for its plugins: the docker program as it was called.
constexpr const char *docker_variable = "DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND";

// A flag of the docker command itself: https://docs.docker.com/reference/cli/docker/.
struct DockerFlag {
    std::string_view name;
    char letter;
    bool takes_value;
};
constexpr std::array docker_flags = {
    DockerFlag{"config", 0, true},      DockerFlag{"context", 'c', true},
    DockerFlag{"debug", 'D', false},    DockerFlag{"host", 'H', true},
    DockerFlag{"log-level", 'l', true}, DockerFlag{"tls", 0, false},
    DockerFlag{"tlscacert", 0, true},   DockerFlag{"tlscert", 0, true},
    DockerFlag{"tlskey", 0, true},      DockerFlag{"tlsverify", 0, false},
};

struct Given {
    std::string name, value;
};

// Takes one flag with its value off the front of `words`; nothing when it is none of docker's.
std::optional<Given> take_docker_flag(std::vector<std::string> &words) {
    const auto word = words.front();
    bool is_long = word.starts_with("--");
    auto equals = is_long ? word.find('=') : std::string::npos;
    for (const auto &flag : docker_flags) {
        bool matches =
            is_long ? word.substr(2, equals == std::string::npos ? equals : equals - 2) == flag.name
                    : flag.letter != 0 && word.size() > 1 && word[1] == flag.letter;
        if (!matches)
            continue;
        words.erase(words.begin());
        Given given{.name = std::string(flag.name), .value = "true"};
        if (equals != std::string::npos) {
            given.value = word.substr(equals + 1);
        } else if (!is_long && flag.takes_value && word.size() > 2) {
            given.value = word.substr(word[2] == '=' ? 3 : 2);
        } else if (flag.takes_value) {
            if (words.empty())
                return std::nullopt;
            given.value = words.front();
            words.erase(words.begin());
        }
        return given;
    }
    return std::nullopt;
}

// Docker's variables know a folder with three files of these names, not the files one by one.
void take_certificate(Invocation &invocation, const Given &given) {
    auto wanted = given.name.substr(3) == "cacert" ? "ca" : given.name.substr(3);
    std::filesystem::path path = given.value;
    auto folder = std::filesystem::absolute(path).parent_path().string();
    auto &variable = invocation.variables["DOCKER_CERT_PATH"];
    if (path.filename() != wanted + ".pem" || (variable && *variable != folder))
        throw usage_error(fmt::format("--{} {} cannot be handed on to docker", given.name,
                                      printable(given.value)),
                          "put ca.pem, cert.pem and key.pem into one folder and name it with "
                          "DOCKER_CERT_PATH, or "
                          "make a docker context");
    variable = folder;
}

void take(Invocation &invocation, const Given &given) {
    auto &variables = invocation.variables;
    if (given.name == "config") {
        variables["DOCKER_CONFIG"] = given.value;
    } else if (given.name == "context") {
        variables["DOCKER_CONTEXT"] = given.value;
        variables["DOCKER_HOST"] = std::nullopt; // which would win
    } else if (given.name == "host") {
        variables["DOCKER_HOST"] = given.value;
    } else if (given.name == "tls" || given.name == "tlsverify") {
        if (parse_bool(given.value).value_or(true))
            variables[given.name == "tls" ? "DOCKER_TLS" : "DOCKER_TLS_VERIFY"] = "1";
    } else if (given.name.starts_with("tls")) {
        take_certificate(invocation, given);
    } else if (given.name == "debug") {
        invocation.arguments.insert(invocation.arguments.begin(), "--debug");
    } // a log level is nothing to berth
}

} // namespace

Invocation read_invocation(const std::vector<std::string> &argv, const Environment &environment) {
    Invocation invocation;
    if (argv.empty())
        return invocation;
    invocation.program = argv.front();
    // An empty one is none, but docker's CLI of 20.10 takes it for a host, a context of that name.
    for (const char *name : {"DOCKER_HOST", "DOCKER_CONTEXT"})
        if (environment.find(name) == "")
            invocation.variables[name] = std::nullopt;
    std::vector<std::string> words(argv.begin() + 1, argv.end());
    auto file = std::filesystem::path(argv.front()).filename().string();
    auto command = file.starts_with(prefix) ? file.substr(prefix.size()) : "";
    invocation.name = command.empty() ? "berth" : file;
    auto docker = environment.get(docker_variable);
    if (command.empty() || docker.empty()) {
        invocation.arguments = std::move(words);
        return invocation;
    }
    // A completion's words begin with the plugin's name, behind the request for it.
    if (words.size() > 1 && words[0].starts_with("__complete") && words[1] == command)
        std::swap(words[0], words[1]);
    std::vector<Given> flags;
    while (!words.empty() && words.front().starts_with('-'))
        if (auto given = take_docker_flag(words))
            flags.push_back(*given);
        else
            break;
    // `docker help buildx build` comes as it was typed.
    if (words.size() > 1 && words[0] == "help" && words[1] == command)
        std::swap(words[0], words[1]);
    if (words.empty() || words.front() != command) {
        // Not by docker, but by a program that docker started.
        invocation.arguments.assign(argv.begin() + 1, argv.end());
        return invocation;
    }
    invocation.plugin = true;
    invocation.name = "docker " + command;
    invocation.arguments.assign(words.begin() + 1, words.end());
    for (const auto &given : flags)
        take(invocation, given);
    // What berth starts is no plugin of docker's.
    invocation.variables[docker_variable] = std::nullopt;
    // The same docker, also when it is not the one in PATH.
    if (docker.find('/') != std::string::npos && environment.get("BERTH_DOCKER").empty())
        invocation.variables["BERTH_DOCKER"] = docker;
    return invocation;
}

std::string plugin_metadata() {
    nlohmann::ordered_json metadata = {
        {"SchemaVersion", "0.1.0"},
        {"Vendor", "berth"},
        {"Version", "v" BERTH_VERSION},
        {"ShortDescription", "Build container images in BuildKit containers"}};
    return metadata.dump(4) + "\n";
}

} // namespace berth::cli
