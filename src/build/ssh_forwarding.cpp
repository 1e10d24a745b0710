#include "berth/build/ssh_forwarding.hpp"

#include "berth/process/held.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "ssh_forwarding_script.hpp" // made from ssh_forwarding.sh

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace berth::build {

namespace {

namespace fs = std::filesystem;

// For a word in which ssh expands % to something.
std::string without_tokens(const std::string &text) {
    std::string escaped;
    for (char c : text)
        escaped += c == '%' ? std::string("%%") : std::string(1, c);
    return escaped;
}

// A path in a forwarding, where a colon ends it.
std::string forwarded(const std::string &path) {
    std::string escaped;
    for (char c : without_tokens(path)) {
        if (c == ':' || c == '\\')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string agent_name(std::size_t number) {
    return fmt::format("agent{}", number);
}

void make_key(process::Runner &runner, const fs::path &folder) {
    auto command = ssh_key_command(folder);
    auto outcome = runner.run(command);
    if (!outcome.ok())
        throw Error("failed to build: cannot forward the SSH agent: " +
                        process::describe_failure(command, outcome),
                    ExitCode::failure, "it takes OpenSSH's client; or name a key: --ssh ID=KEY");
}

} // namespace

process::Command ssh_key_command(const fs::path &folder) {
    return {.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "berth", "-f",
                     (folder / "key").string()}};
}

process::Command ssh_command(const docker::Docker &docker, const std::string &container,
                             const SshConnection &connection) {
    auto inside = docker.exec_command(
        container, {"sh", "-c", ssh_forwarding_script, "berth-ssh", connection.folder}, true);
    // ssh has a shell run this, which puts the public key there.
    auto public_key =
        "\"$(cat " + shell_quote((connection.key_folder / "key.pub").string()) + ")\"";
    std::vector<std::string> words = {"ssh", "-F", "none",
                                      "-T",  "-i", (connection.key_folder / "key").string()};
    for (auto option :
         {"IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes", "ControlMaster=no",
          "ControlPath=none", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null",
          "GlobalKnownHostsFile=/dev/null", "LogLevel=ERROR", "ExitOnForwardFailure=yes"}) {
        words.emplace_back("-o");
        words.emplace_back(option);
    }
    words.emplace_back("-o");
    words.push_back("ProxyCommand=" + without_tokens(process::to_shell(inside) + " " + public_key));
    for (std::size_t i = 0; i < connection.agents; ++i) {
        words.emplace_back("-R");
        words.push_back(connection.folder + "/" + agent_name(i) + ":" +
                        forwarded((connection.key_folder / agent_name(i)).string()));
    }
    words.insert(words.end(), {"root@builder", "echo ready; exec cat >/dev/null"});
    return {.argv = std::move(words)};
}

class SshForwarding::Connection {
  public:
    Connection(const docker::Docker &docker, const std::string &container,
               const std::vector<SshSource> &sources, std::string folder)
        : keys_("ssh") {
        make_key(docker.runner(), keys_.path());
        SshConnection connection{.key_folder = keys_.path(), .folder = std::move(folder)};
        for (const auto &source : sources)
            if (!source.agent.empty())
                fs::create_symlink(source.agent, keys_.path() / agent_name(connection.agents++));
        ssh_.emplace(docker.runner(), ssh_command(docker, container, connection));
    }

    void wait_until_ready() {
        bool ready = ssh_->ready();
        std::error_code ignored;
        fs::remove(keys_.path() / "key", ignored); // it has served
        if (ready)
            return;
        const auto &outcome = ssh_->release();
        auto reason = outcome.kind == process::Outcome::Kind::not_started && outcome.err.empty()
                          ? "ssh: " + errno_text(outcome.code)
                          : join(split(trim(outcome.err), '\n'), "; ");
        throw Error("failed to build: cannot forward the SSH agent to the builder: " + reason,
                    ExitCode::failure, "a key does without: --ssh ID=KEY");
    }

  private:
    ScratchFolder keys_;
    std::optional<process::Held> ssh_; // before the keys go
};

SshForwarding::SshForwarding(const docker::Docker &docker, std::string container,
                             const std::vector<SshSource> &sources)
    : docker_(docker),
      container_(std::move(container)),
      folder_("/dev/shm/berth-ssh-" + random_hex(16)),
      sources_(sources) {}

SshForwarding::~SshForwarding() = default;

bool SshForwarding::needed() const {
    return std::any_of(sources_.begin(), sources_.end(),
                       [](const auto &source) { return !source.agent.empty(); });
}

void SshForwarding::open() {
    connection_ = std::make_unique<Connection>(docker_, container_, sources_, folder_);
    connection_->wait_until_ready();
}

std::vector<std::string> SshForwarding::arguments() const {
    return ssh_arguments(sources_, folder_);
}

std::vector<std::string> ssh_arguments(const std::vector<SshSource> &sources,
                                       const std::string &folder) {
    std::vector<std::string> words;
    std::size_t number = 0;
    for (const auto &source : sources)
        if (!source.agent.empty())
            words.insert(words.end(), {"--ssh", fmt::format("{}={}/{}", source.id, folder,
                                                            agent_name(number++))});
    return words;
}

std::vector<std::string> ssh_recipe(const docker::Docker &docker, const std::string &container,
                                    const std::vector<SshSource> &sources,
                                    const std::string &folder) {
    SshConnection connection{.key_folder = fs::temp_directory_path() / "berth-dry-run-ssh",
                             .folder = folder};
    auto place = shell_quote(connection.key_folder.string());
    std::vector<std::string> lines = {fmt::format("rm -rf {0} && mkdir -m 700 {0}", place)};
    for (const auto &source : sources)
        if (!source.agent.empty())
            lines.push_back(fmt::format("ln -s {} {}/{}", shell_quote(source.agent), place,
                                        agent_name(connection.agents++)));
    if (connection.agents == 0)
        return {};
    lines.push_back(process::to_shell(ssh_key_command(connection.key_folder)));
    lines.emplace_back("# the agents are in the builder while this runs, until it is killed");
    lines.push_back(fmt::format("sleep 86400 | {} &",
                                process::to_shell(ssh_command(docker, container, connection))));
    return lines;
}

} // namespace berth::build
