// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include "berth/process/real_runner.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "exec_program.hpp"

#include <csignal>
#include <cstring>
#include <fstream>
#include <regex>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace berth::test {

namespace {

std::string variable(const char *name) {
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

int exit_code(const process::Outcome &outcome) {
    return outcome.kind == process::Outcome::Kind::exited ? outcome.code : 128 + outcome.code;
}

std::vector<std::pair<std::string, std::string>> pairs(const Variables &variables) {
    return {variables.begin(), variables.end()};
}

} // namespace

namespace {

// Whether docker buildx logs that a connection to its session ended is chance, likelier on a busy
// machine.
std::string peer_errors(const std::string &err) {
    static const std::regex line("[^\n]* http2: server connection error[^\n]*\n");
    return err.find(" http2: ") == std::string::npos ? err : std::regex_replace(err, line, "");
}

} // namespace

Result run(const std::vector<std::string> &argv, const Variables &variables,
           const std::string &input) {
    process::Cancellation never;
    process::RealRunner runner(never);
    std::size_t at = 0;
    auto outcome = runner.run(
        {.argv = argv, .timeout = std::chrono::minutes(5), .environment = pairs(variables)},
        {.input = [&](char *buffer, std::size_t size) {
            auto part = std::min(size, input.size() - at);
            std::memcpy(buffer, input.data() + at, part);
            at += part;
            return part;
        }});
    bool peer = argv.front() == variable("BERTH_PEER");
    return {exit_code(outcome), outcome.out, peer ? peer_errors(outcome.err) : outcome.err};
}

Result run_and_signal(const std::vector<std::string> &argv, const Variables &variables,
                      const std::function<bool()> &when, int signal) {
    TemporaryDirectory files;
    auto out = (files.path() / "out").string(), err = (files.path() / "err").string();
    auto child = ::fork();
    if (child == 0) {
        for (const auto &[name, value] : variables)
            ::setenv(name.c_str(), value.c_str(), 1);
        if (std::freopen(out.c_str(), "w", stdout) == nullptr ||
            std::freopen(err.c_str(), "w", stderr) == nullptr)
            ::_exit(126);
        exec_program(argv);
    }
    int status = 0;
    for (int i = 0; i < 600 && !when() && ::waitpid(child, &status, WNOHANG) == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ::kill(child, signal);
    ::waitpid(child, &status, 0);
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), read_file(out),
            read_file(err)};
}

std::string docker_program() {
    auto program = variable("BERTH_DOCKER");
    return program.empty() ? "docker" : program;
}

std::string registry() {
    auto host = variable("BERTH_TEST_REGISTRY");
    if (host.empty())
        ADD_FAILURE() << "no test registry: run ./dev/test, or `eval \"$(dev/engine env)\"`";
    return host;
}

std::vector<std::string> config_options() {
    std::vector<std::string> options;
    if (auto config = variable("BERTH_TEST_BUILDKITD_CONFIG"); !config.empty())
        options.insert(options.end(), {"--buildkitd-config", config});
    if (auto network = variable("BERTH_TEST_BUILDER_NETWORK"); !network.empty())
        options.insert(options.end(), {"--driver-opt", "network=" + network});
    return options;
}

Result docker(const std::vector<std::string> &arguments) {
    std::vector<std::string> argv = {docker_program()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return run(argv);
}

nlohmann::json inspect(const std::string &name) {
    auto result = docker({"inspect", name});
    if (result.code != 0)
        return nullptr;
    return nlohmann::json::parse(result.out).at(0);
}

std::string image_id(const std::string &reference) {
    return std::string(trim(docker({"image", "inspect", "--format", "{{.Id}}", reference}).out));
}

World::World() : prefix_("berthtest" + random_hex(8)) {
    std::filesystem::create_directories(path() / "store");
}

World::~World() {
    // Removes everything that a test created, with berth or otherwise.
    auto remove_all = [this](std::vector<std::string> list, std::vector<std::string> remove) {
        for (const auto &line : split(docker(list).out, '\n'))
            if (line.find(prefix_) != std::string::npos) {
                remove.emplace_back(line);
                docker(remove);
                remove.pop_back();
            }
    };
    remove_all({"container", "ls", "--all", "--format", "{{.Names}}"}, {"rm", "--force"});
    remove_all({"volume", "ls", "--format", "{{.Name}}"}, {"volume", "rm", "--force"});
    remove_all({"network", "ls", "--format", "{{.Name}}"}, {"network", "rm"});
    remove_all({"image", "ls", "--format", "{{.Repository}}:{{.Tag}}"}, {"image", "rm", "--force"});
    for (const auto &image : images_)
        docker({"image", "rm", "--force", image});
}

std::string World::image(const std::string &base) {
    images_.push_back(prefix_ + "-" + base);
    return images_.back();
}

std::string World::write(const std::string &file, const std::string &content, unsigned mode) {
    auto target = path() / file;
    std::filesystem::create_directories(target.parent_path());
    std::ofstream(target, std::ios::binary) << content;
    ::chmod(target.c_str(), mode);
    return target.string();
}

Variables World::variables(const Variables &more) const {
    Variables all = {{"BUILDX_CONFIG", (path() / "store").string()},
                     {"XDG_CACHE_HOME", (path() / "cache").string()},
                     {"BUILDX_BUILDER", ""},
                     {"BUILDKIT_PROGRESS", ""},
                     {"NO_COLOR", "1"}};
    for (const auto &[name, value] : more)
        all[name] = value;
    return all;
}

Result World::berth(std::vector<std::string> arguments, const Variables &more,
                    const std::string &input) {
    arguments.insert(arguments.begin(), BERTH_PROGRAM);
    return run(arguments, variables(more), input);
}

Result World::peer(std::vector<std::string> arguments, const Variables &more,
                   const std::string &input) {
    auto program = variable("BERTH_PEER");
    if (program.empty()) {
        ADD_FAILURE() << "no docker buildx to compare with: export BERTH_PEER=\"$(dev/peer)\"";
        return {.code = 127, .out = {}, .err = {}};
    }
    arguments.insert(arguments.begin(), program);
    return run(arguments, variables(more), input);
}

std::string World::builder(const std::string &base, const std::vector<std::string> &options,
                           bool bootstrap) {
    std::vector<std::string> arguments = {"create", "--name", name(base)};
    for (const auto &words : {config_options(), options})
        arguments.insert(arguments.end(), words.begin(), words.end());
    if (bootstrap)
        arguments.emplace_back("--bootstrap");
    auto result = berth(arguments);
    EXPECT_EQ(result.code, 0) << result.err;
    return name(base);
}

void World::beside_the_builder(const std::string &base, std::vector<std::string> words) {
    words.insert(words.begin(),
                 {"run", "--detach", "--name", name(base), "--network", "host", "--volume",
                  "/:/host", "--entrypoint", "chroot", "moby/buildkit:buildx-stable-1", "/host"});
    auto started = docker(words);
    EXPECT_EQ(started.code, 0) << started.err;
}

Variables World::counting() {
    auto log = (path() / "docker.log").string();
    write("docker.log", "");
    auto script = write("counting-docker",
                        "#!/bin/sh\nprintf '%s %s\\n' \"$1\" \"$2\" >>" + shell_quote(log) +
                            "\nexec " + shell_quote(docker_program()) + " \"$@\"\n",
                        0755);
    return {{"BERTH_DOCKER", script}};
}

std::vector<std::string> World::docker_commands() const {
    std::vector<std::string> commands;
    for (const auto &line : split(read_file(path() / "docker.log"), '\n'))
        if (!line.empty())
            commands.push_back(line);
    return commands;
}

std::size_t count(const std::string &haystack, const std::string &text) {
    std::size_t found = 0;
    for (auto at = haystack.find(text); at != std::string::npos; at = haystack.find(text, at + 1))
        ++found;
    return found;
}

std::string without_times(std::string text) {
    static const std::regex times(
        R"(( [0-9]+\.[0-9]+s)|(^#[0-9]+ [0-9]+\.[0-9]+ )|(\n[0-9]+\.[0-9]+ ))");
    static const std::regex transfer(R"((transferring [a-z]+: )[0-9.]+[kMG]?B)");
    static const std::regex log_time(R"((#[0-9]+ )[0-9]+\.[0-9]+ )");
    text = std::regex_replace(text, log_time, "$1");
    text = std::regex_replace(text, transfer, "$1");
    return std::regex_replace(text, times, "");
}

void expect_one_error(const Result &result, const std::string &what) {
    EXPECT_LT(result.code, 128) << what << result.err;
    EXPECT_EQ(count("\n" + result.err, "\nERROR: "), result.code == 0 ? 0u : 1u)
        << what << result.err;
}

} // namespace berth::test
