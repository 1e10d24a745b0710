// SPDX-License-Identifier: Apache-2.0
#include "berth/session/key_agent.hpp"

#include "berth/process/held.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace berth::session {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_key = 100u << 10; // bytes, like docker buildx

auto feed(std::string_view text) {
    return [text](char *buffer, std::size_t size) mutable {
        auto count = std::min(size, text.size());
        std::memcpy(buffer, text.data(), count);
        text.remove_prefix(count);
        return count;
    };
}

// The key goes through standard input, since ssh-add refuses files that others can read, and docker
// buildx does not. ssh-add cannot prompt for a passphrase.
void add_key(process::Runner &runner, const fs::path &socket, const fs::path &key) {
    auto content = read_file(key, largest_key, Special::read);
    process::Command command{.argv = {"ssh-add", "-q", "-"},
                             .environment = {{"SSH_AUTH_SOCK", socket.string()},
                                             {"SSH_ASKPASS", "/bin/false"},
                                             {"SSH_ASKPASS_REQUIRE", "force"}}};
    auto outcome = runner.run(command, {.input = feed(content)});
    if (!outcome.ok())
        throw Error(fmt::format("cannot use the key {}: {}", printable(key.native()),
                                process::describe_failure(command, outcome)),
                    ExitCode::failure,
                    "name a private key without a passphrase, or forward an agent that holds it");
}

} // namespace

// `ssh-agent COMMAND` ends with its command; `cat` ends with its input, and its echo shows that the
// agent is ready.
class KeyAgent::Agent {
  public:
    explicit Agent(process::Runner &runner) : runner_(runner), held_(runner, command(), "ready\n") {
        if (!held_.ready())
            throw Error("cannot start an SSH agent for the keys: " +
                            process::describe_failure(command(), held_.release()),
                        ExitCode::failure, "install OpenSSH's client, or forward a running agent");
    }

    ~Agent() {
        // ssh-agent takes up to ten seconds to see that its command has ended.
        try {
            if (!held_.ended())
                runner_.run({.argv = {"ssh-add", "-q", "-D"},
                             .environment = {{"SSH_AUTH_SOCK", socket().string()}},
                             .despite_cancel = true});
        } catch (const std::exception &) { // then the agent keeps the keys until it exits
        }
    }

    fs::path socket() const { return directory_.path() / "agent"; }

  private:
    process::Command command() const {
        return {.argv = {"ssh-agent", "-a", socket().string(), "cat"}};
    }

    process::Runner &runner_;
    ScratchFolder directory_{"ssh"};
    process::Held held_; // last, since it uses the directory
};

KeyAgent::KeyAgent(process::Runner &runner, const std::vector<fs::path> &keys)
    : agent_(std::make_unique<Agent>(runner)) {
    for (const auto &key : keys)
        add_key(runner, socket(), key);
}

KeyAgent::~KeyAgent() = default;

fs::path KeyAgent::socket() const {
    return agent_->socket();
}

} // namespace berth::session
