// SSH agents of this client in the builder, while a build runs: the client's own ssh forwards their
// sockets to an sshd that the builder's image has, through `docker exec`. No port is opened. The
// keys of that connection are made for it; what lies in the builder lies in its memory, and goes
// when the connection ends, which is when this process ends, however it does.
#pragma once

#include "berth/build/ssh_sources.hpp"
#include "berth/docker/docker.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace berth::build {

class SshForwarding {
  public:
    // `sources` without an agent need nothing; both must outlive this.
    SshForwarding(const docker::Docker &docker, std::string container,
                  const std::vector<SshSource> &sources);
    ~SshForwarding(); // ends the connection
    SshForwarding(const SshForwarding &) = delete;
    SshForwarding &operator=(const SshForwarding &) = delete;

    bool needed() const;
    // Connects; returns when the sockets are there. The container must run. Throws Error.
    void open();
    // buildctl's words: --ssh ID=SOCKET …
    std::vector<std::string> arguments() const;

  private:
    class Connection;
    const docker::Docker &docker_;
    std::string container_, folder_; // in the builder
    const std::vector<SshSource> &sources_;
    std::unique_ptr<Connection> connection_;
};

// The pure part: what is run. `key_folder` is on this side and holds `key` and `key.pub`, made by
// ssh_key_command() for this connection, and agentN: links to the agents' sockets, which become
// FOLDER/agentN inside. ssh_command() says "ready" when they are there, and ends with its standard
// input.
struct SshConnection {
    std::filesystem::path key_folder;
    std::string folder; // inside the builder
    std::size_t agents = 0;
};
process::Command ssh_key_command(const std::filesystem::path &folder);
process::Command ssh_command(const docker::Docker &docker, const std::string &container,
                             const SshConnection &connection);

// The same as lines for a shell, for --dry-run, with `folder` inside the builder.
std::vector<std::string> ssh_recipe(const docker::Docker &docker, const std::string &container,
                                    const std::vector<SshSource> &sources,
                                    const std::string &folder);
// --ssh ID=FOLDER/agentN …
std::vector<std::string> ssh_arguments(const std::vector<SshSource> &sources,
                                       const std::string &folder);

} // namespace berth::build
