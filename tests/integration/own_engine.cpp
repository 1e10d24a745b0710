// SPDX-License-Identifier: Apache-2.0
#include "own_engine.hpp"

#include "berth/util/strings.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace berth::test {

namespace {

std::string script() {
    return std::string(BERTH_TEST_DATA) + "/../dev/private-engine";
}

} // namespace

bool OwnEngine::possible() {
    return std::getenv("BERTH_ENGINE_NETNS") != nullptr;
}

OwnEngine::OwnEngine(World &world, const std::string &name)
    : world_(world), directory_((world.path() / name).string()) {
    auto stop_later = "exec setsid --fork env BERTH_ENGINE_STACK=today BERTH_DEV_ENGINE_DIR=" +
                      shell_quote(directory_) + " sh -c 'cat >/dev/null; exec \"$0\" stop' " +
                      shell_quote(script());
    watch_ = ::popen(stop_later.c_str(), "we");
    start();
    auto shown = run({script(), "env"}, environment());
    EXPECT_EQ(shown.code, 0) << shown.err;
    for (const auto &line : split(shown.out, '\n'))
        if (line.starts_with("export "))
            if (auto equals = line.find('='); equals != std::string::npos)
                variables_[std::string(line.substr(7, equals - 7))] = line.substr(equals + 1);
}

OwnEngine::~OwnEngine() {
    signal(SIGCONT);
    stop();
    if (watch_ != nullptr)
        ::pclose(watch_);
}

void OwnEngine::start() {
    auto started = run({script(), "start"}, environment());
    ASSERT_EQ(started.code, 0) << started.err;
}

void OwnEngine::stop() {
    auto stopped = run({script(), "stop"}, environment());
    EXPECT_EQ(stopped.code, 0) << stopped.err;
}

void OwnEngine::signal(int number) const {
    if (auto pid = std::atoi(run({"cat", directory_ + "/docker.pid"}).out.c_str()); pid > 1)
        ::kill(pid, number);
}

Result OwnEngine::berth(const std::vector<std::string> &arguments) {
    return world_.berth(arguments, variables_);
}

Result OwnEngine::docker(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), docker_program());
    return run(arguments, variables_);
}

std::vector<std::string> OwnEngine::options() const {
    return {"--buildkitd-config", variable("BERTH_TEST_BUILDKITD_CONFIG")};
}

std::string OwnEngine::variable(const std::string &name) const {
    auto found = variables_.find(name);
    return found == variables_.end() ? "" : found->second;
}

std::string OwnEngine::network() const {
    return std::filesystem::path(variable("BERTH_ENGINE_NETNS")).filename();
}

Variables OwnEngine::environment() const {
    return {{"BERTH_DEV_ENGINE_DIR", directory_}, {"BERTH_ENGINE_STACK", "today"}};
}

} // namespace berth::test
