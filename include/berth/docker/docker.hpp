// SPDX-License-Identifier: Apache-2.0
// The docker CLI as typed calls. Only this layer spells docker arguments, and it makes no
// decisions: a call builds one argument vector, runs it, and parses the output. The pure functions
// that build vectors are in arguments.hpp, where tests assert them.
#pragma once

#include "berth/docker/flavour.hpp"
#include "berth/docker/types.hpp"
#include "berth/process/runner.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::docker {

// A docker engine, reached through the CLI.
class Docker {
  public:
    // `endpoint`: a docker context's name or a host; `current` is the one that docker commands use
    // by default, and needs no global argument. `program`: "docker", or $BERTH_DOCKER.
    Docker(process::Runner &runner, std::string program, const std::string &endpoint,
           const std::string &current);

    // A directory that docker commands find before those of PATH (ssh_sharing.hpp).
    void set_first_on_path(std::string directory) { first_on_path_ = std::move(directory); }

    // Sets a time limit for all later commands except streams and pulls. 0: the default limit for
    // each kind of command.
    void set_limit(std::chrono::milliseconds limit) { limit_ = limit; }

    Flavour flavour() const { return flavour_; }

    // The same program with the engine of another docker context.
    Docker at(const std::string &context) const {
        Docker other(runner_, program_, context, "");
        other.first_on_path_ = first_on_path_;
        other.limit_ = limit_;
        return other;
    }

    const std::string &endpoint() const { return endpoint_; }
    process::Runner &runner() const { return runner_; }

    // A whole command line: {"docker", "--context", "x"} and then `arguments`.
    process::Command command(std::vector<std::string> arguments,
                             process::Effect effect = process::Effect::change) const;

    // The command that inspects these containers, and its parsed output, without missing
    // containers. Separate functions, so that several engines can be queried in parallel.
    process::Command inspect_containers_command(const std::vector<std::string> &names) const;
    static std::map<std::string, Container> read_containers(const process::Command &command,
                                                            const process::Outcome &outcome);
    std::map<std::string, Container>
    inspect_containers(const std::vector<std::string> &names) const;

    // All containers, or volumes, whose names begin with `prefix` (no special characters): the
    // command, and its parsed output.
    process::Command list_containers_command(const std::string &prefix) const;
    static std::vector<ListedContainer> read_container_list(const process::Command &command,
                                                            const process::Outcome &outcome);
    process::Command list_volumes_command(const std::string &prefix) const;
    static std::vector<std::string> read_volume_list(const process::Command &command,
                                                     const process::Outcome &outcome);

    EngineInfo info() const;
    process::Command info_command() const;
    static EngineInfo read_info(const process::Command &command, process::Outcome outcome);
    // The versions of client and engine; that of the client is known even if the command fails.
    process::Command version_command() const;
    // Prints the engine's platform: linux/amd64.
    process::Command platform_command() const;
    static Versions read_versions(const process::Outcome &outcome);
    // The existing ones of the references, in one command.
    std::vector<Image> inspect_images(const std::vector<std::string> &references) const;

    void pull(const std::string &reference) const;
    void tag_image(const std::string &id, const std::string &tag) const;
    // Whether an archive can omit layers that the engine has.
    bool loads_in_part() const { return flavour_ == Flavour::docker; }
    // Writes an image archive to standard output.
    process::Command save_command(const std::string &id) const;
    // Reads an image archive on standard input.
    process::Command load_command() const;
    // Whether docker names what it loaded, as it does also with --quiet. Other programs are
    // believed their exit code.
    bool says_loaded(const process::Outcome &load) const;

    // False if it existed already.
    bool create_volume(const std::string &name) const;
    // False if it did not exist.
    bool remove_volume(const std::string &name) const;

    // Tries to start a container of that local image with all GPUs, and removes it.
    bool can_use_gpus(const std::string &image) const;

    // False if a container of that name exists already (another process is starting it).
    bool run_container(const ContainerSpec &spec) const;    // docker run -d
    bool create_container(const ContainerSpec &spec) const; // docker create, not started
    void start_container(const std::string &name) const;
    void unpause_container(const std::string &name) const;
    void stop_container(const std::string &name) const;
    void rename_container(const std::string &name, const std::string &to) const;
    // Removes the container even if it runs. False if it did not exist.
    bool remove_container(const std::string &name) const;
    // Files by their absolute path in the container, before its first start; owned by root with
    // mode 0644, like docker buildx: the buildkitd of a rootless image must be able to read them.
    void copy_files(const std::string &container,
                    const std::map<std::string, std::string> &files) const;
    // The last lines of both output streams.
    std::string container_logs(const std::string &name, int last_lines) const;

    // `interactive`: with standard input.
    process::Command exec_command(const std::string &container, std::vector<std::string> arguments,
                                  bool interactive,
                                  process::Effect effect = process::Effect::change) const;

    process::Command program_run_command(const ProgramRun &run,
                                         process::Effect effect = process::Effect::change) const;

    // Reads an archive on standard input and copies it into a container.
    process::Command copy_command(const std::string &container) const;

  private:
    // A short command that a cancel must not interrupt.
    process::Command finished_command(std::vector<std::string> arguments) const;
    process::Outcome run(const process::Command &command) const;
    bool make_container(const ContainerSpec &spec, std::vector<std::string> arguments) const;

    process::Runner &runner_;
    std::string program_, endpoint_, first_on_path_;
    Flavour flavour_;
    std::vector<std::string> global_;
    std::chrono::milliseconds limit_{0};
};

// Throws the Error for a failed `outcome`: no docker program, no engine, no such context,
// cancelled, or the text of process::describe_failure, each with a hint. Does nothing on success.
void check(const process::Command &command, const process::Outcome &outcome);

// Throws the Error for a `docker load` that succeeded without loading anything.
[[noreturn]] void fail_unloaded(const process::Command &command);

// Whether docker's message says that the object does not exist.
bool says_not_found(const process::Outcome &outcome);

} // namespace berth::docker
