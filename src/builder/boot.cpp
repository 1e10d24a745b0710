// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/node.hpp"
#include "berth/builder/remote.hpp"
#include "berth/docker/arguments.hpp"
#include "berth/docker/client_config.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace berth::builder {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char *check_options =
    "check --driver-opt, --buildkitd-flags and --buildkitd-config";

// Another process needs it between creating a container and starting it.
constexpr milliseconds start_patience{1000};

// Of docker.io/moby/buildkit, in the ways to write that.
bool is_official_image(std::string_view image) {
    for (std::string_view prefix : {"docker.io/", "index.docker.io/"})
        if (image.starts_with(prefix))
            image.remove_prefix(prefix.size());
    constexpr std::string_view repository = "moby/buildkit";
    return image.starts_with(repository) &&
           (image.size() == repository.size() || image[repository.size()] == ':' ||
            image[repository.size()] == '@');
}

class Boot {
  public:
    Boot(const docker::Docker &docker, const store::NodeRecord &node, progress::Display &display,
         const Surroundings &surroundings)
        : docker_(docker),
          node_(node),
          display_(display),
          surroundings_(surroundings),
          name_(container_name(node.name)) {
        // A step may take as long as the whole boot; only the pull takes the time it needs.
        docker_.set_limit(surroundings.boot_timeout);
    }

    void run() {
        auto container = find();
        if (container && container->status == "running") {
            if (!docker_.runner().dry() && !surroundings_.workers.find(*container))
                wait_until_ready();
            return;
        }
        progress::Task task(display_, "[internal] booting buildkit", surroundings_.now);
        try {
            if (container)
                revive(*container, task);
            else
                create(task);
            task.done();
        } catch (const Error &error) {
            task.fail(error.what());
            roll_back();
            if (error.code() != ExitCode::failure)
                throw;
            // docker refused a limit, a network, or an option of --run-arg
            throw Error(error.what(), ExitCode::builder_unavailable,
                        error.hint().empty() ? check_options : error.hint());
        } catch (const std::exception &error) {
            task.fail(error.what());
            roll_back();
            throw;
        }
    }

  private:
    std::optional<docker::Container> find(bool despite_cancel = false) {
        auto command = docker_.inspect_containers_command({name_});
        command.despite_cancel = despite_cancel;
        auto found = docker::Docker::read_containers(command, docker_.runner().run(command));
        auto at = found.find(name_);
        if (at == found.end())
            return std::nullopt;
        return at->second;
    }

    void revive(const docker::Container &container, progress::Task &task) {
        if (container.status == "paused")
            task.step("unpausing container " + name_, [this] { docker_.unpause_container(name_); });
        else if (container.status == "removing" || container.status == "dead")
            throw Error(fmt::format("the container {} is {}", name_, container.status),
                        ExitCode::builder_unavailable,
                        fmt::format("`docker rm -f {}` and try again", name_));
        bool starts = true;
        task.step("starting container " + name_, [&] {
            if (container.status == "created")
                starts = start_created();
            else if (container.status == "exited")
                starts = start();
            if (starts)
                wait_until_ready();
        });
        if (copied_)
            trust_own_authorities();
        if (starts)
            return;
        // All that a builder keeps is in its volume.
        task.step(fmt::format("removing container {}, which does not start", name_),
                  [this] { docker_.remove_container(name_); });
        create(task);
    }

    // False if docker cannot start the container, for example since its engine was killed between
    // creating and starting it ("container with given ID already exists").
    bool start() {
        try {
            docker_.start_container(name_);
        } catch (const Error &error) {
            if (error.code() != ExitCode::failure)
                throw;
            auto container = find();
            return container && container->status == "running"; // another process started it
        }
        return true;
    }

    // Without its files, BuildKit would start with its defaults. Another process may be about to
    // copy and start, so this waits first; if that process was killed, the files are copied now.
    bool start_created() {
        auto files = own_files();
        auto give_up = steady_clock::now() + std::min(surroundings_.boot_timeout, start_patience);
        while (!files.empty() && !docker_.runner().dry() && steady_clock::now() < give_up) {
            surroundings_.cancellation.wait_for(milliseconds(100));
            surroundings_.cancellation.check();
            auto container = find();
            if (!container || container->status != "created")
                return container && (container->status == "running" || start());
        }
        copied_ = !files.empty();
        if (copied_)
            copy(files);
        return start();
    }

    void create(progress::Task &task) {
        auto engine = docker_.info();
        if (!engine.os_type.empty() && engine.os_type != "linux")
            throw Error(fmt::format("the engine runs {} containers, and BuildKit needs linux",
                                    printable(engine.os_type)),
                        ExitCode::builder_unavailable,
                        "choose another engine, `docker context ls` lists them");
        auto spec = container_spec(node_, engine);
        auto files = own_files();
        auto options = read_driver_options(node_.driver_options.value_or(OptionMap()));
        if (surroundings_.default_policy && !options.allow_untrusted_image)
            check_trust(spec.image);
        spec.read_only_binds = surroundings_.read_only_binds;
        pull(spec.image, task);
        // An engine without GPUs may still have a runtime for them, and `docker run` then fails.
        spec.all_gpus = spec.all_gpus && docker_.can_use_gpus(spec.image);
        docker::ClientConfig client(surroundings_.docker_config);
        if (client.has_proxies()) {
            spec.client_config = client.make_without_proxies();
            docker_.runner().note("# the docker CLI adds its configured proxies to a container; "
                                  "berth runs the next command with a configuration without them");
        }
        task.step("creating container " + name_, [&] {
            made_volume_ = docker_.create_volume(spec.state_volume);
            surroundings_.cancellation.check();
            if (files.empty()) {
                starting_ = true;
                made_container_ = docker_.run_container(spec);
            } else if (docker_.create_container(spec)) {
                made_container_ = true;
                copy(files);
                docker_.start_container(name_);
            }
            // Another process starts this builder; waiting for it is enough.
            starting_ = false;
            made_volume_ = made_volume_ && made_container_;
            surroundings_.cancellation.check();
            wait_until_ready();
        });
        trust_own_authorities();
    }

    // Those that are copied into the container before it starts. BuildKit adds what is in
    // provenance.d to the provenance of every image.
    std::map<std::string, std::string> own_files() const {
        auto files = container_files(node_);
        auto options = read_driver_options(node_.driver_options.value_or(OptionMap()));
        if (!options.provenance_add_gha || !surroundings_.workflow)
            return files;
        if (auto workflow = surroundings_.workflow(); !workflow.empty())
            files[std::string(config_directory) + "/provenance.d/github_actions_context.json"] =
                std::move(workflow);
        return files;
    }

    // docker buildx verifies the signature of docker's own image then.
    static void check_trust(const std::string &image) {
        if (is_official_image(image))
            throw Error(fmt::format("BUILDX_DEFAULT_POLICY is set, and berth cannot verify the "
                                    "signature of {}",
                                    printable(image)),
                        ExitCode::builder_unavailable,
                        "unset it, or create the builder with --driver-opt "
                        "allow-untrusted-image=true");
    }

    // buildkitd itself finds the certificates through SSL_CERT_DIR, but git, for example, gets
    // another environment. Skipped if the image has no bundle or no dd.
    void trust_own_authorities() {
        if (!node_.files || !node_.files->contains(ca_file))
            return;
        docker_.runner().run(docker_.exec_command(
            name_,
            {"dd", fmt::format("if={}/{}", config_directory, ca_file),
             "of=/etc/ssl/certs/ca-certificates.crt", "oflag=append", "conv=notrunc"},
            false));
    }

    void copy(const std::map<std::string, std::string> &files) {
        if (!docker_.runner().dry())
            return docker_.copy_files(name_, files);
        // As a shell command, without possible keys.
        auto shown = files;
        std::erase_if(shown, [](const auto &file) { return !file.first.ends_with(".toml"); });
        if (shown.size() < files.size())
            docker_.runner().note("# certificates and keys are copied too, and left out here");
        docker_.runner().note(fmt::format("echo {} | base64 -d | {}",
                                          base64_encode(docker::tar_files(shown)),
                                          process::to_shell(docker_.copy_command(name_))));
    }

    void pull(const std::string &image, progress::Task &task) {
        try {
            task.step("pulling image " + image, [&] { docker_.pull(image); });
        } catch (const Error &error) {
            if (error.code() != ExitCode::failure)
                throw;
            if (docker_.inspect_images({image}).empty())
                throw Error(
                    error.what(), ExitCode::builder_unavailable,
                    fmt::format("check the name in --driver-opt image={} and the connection to its "
                                "registry, or load the image into the engine",
                                printable(image)));
            task.step("pulling failed, using local image " + image, [] {});
        }
    }

    // Retries until buildkitd answers, with growing pauses.
    void wait_until_ready() {
        auto command = worker_command(docker_, name_);
        if (docker_.runner().dry())
            return docker_.runner().note(fmt::format("until {} >/dev/null 2>&1; do sleep 0.1; done",
                                                     process::to_shell(command)));
        auto deadline = steady_clock::now() + surroundings_.boot_timeout;
        auto pause = milliseconds(20);
        while (true) {
            command.timeout =
                std::max(milliseconds(1000),
                         std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()));
            auto outcome = docker_.runner().run(command);
            surroundings_.cancellation.check();
            if (outcome.ok()) {
                if (auto container = find())
                    surroundings_.workers.save(*container, outcome.out);
                return;
            }
            if (outcome.kind == process::Outcome::Kind::not_started)
                docker::check(command, outcome);
            check_alive();
            if (steady_clock::now() >= deadline)
                throw Error(fmt::format("buildkitd in {} does not answer within {} s{}", name_,
                                        surroundings_.boot_timeout.count() / 1000, logs()),
                            ExitCode::builder_unavailable,
                            fmt::format("`docker logs {}` shows its log", name_));
            surroundings_.cancellation.wait_for(pause);
            surroundings_.cancellation.check();
            pause = std::min(pause * 2, milliseconds(1000));
        }
    }

    // Reports why the container ended.
    void check_alive() {
        auto container = find();
        if (!container || container->status == "running" || container->status == "created")
            return;
        // A container that keeps restarting counts as ended
        throw Error(
            fmt::format("buildkitd in {} ended ({}){}", name_, how_it_ended(*container), logs()),
            ExitCode::builder_unavailable,
            container->out_of_memory ? "raise the limit with --driver-opt memory=SIZE"
                                     : check_options);
    }

    // The end of the container's log, and its beginning if that is cut off.
    std::string logs() {
        constexpr std::size_t first = 2, last = 8;
        auto lines = split(trim(docker_.container_logs(name_, 200)), '\n');
        if (lines.size() > first + last + 1)
            lines.erase(lines.begin() + first, lines.end() - last);
        else if (lines.front().empty())
            return "";
        return ": " + printable(one_line(join(lines, "\n")));
    }

    // Removes what a failed boot created; existing objects stay. `docker run` that fails leaves the
    // container behind, created but not started.
    void roll_back() noexcept {
        try {
            if (starting_) {
                auto container = find(true);
                made_container_ = container && container->status == "created";
            }
            if (made_container_)
                docker_.remove_container(name_);
            if (made_volume_)
                docker_.remove_volume(volume_name(node_.name));
        } catch (const std::exception &) { // the first error is the one to report
        }
    }

    docker::Docker docker_;
    const store::NodeRecord &node_;
    progress::Display &display_;
    const Surroundings &surroundings_;
    std::string name_;
    bool made_volume_ = false, made_container_ = false, starting_ = false, copied_ = false;
};

} // namespace

void boot(const docker::Docker &docker, const store::NodeRecord &node, progress::Display &display,
          const Surroundings &surroundings) {
    if (node.remote)
        return wait_for_remote(docker, node, display, surroundings);
    Boot(docker, node, display, surroundings).run();
}

std::string how_it_ended(const docker::Container &container) {
    auto why = fmt::format("exit code {}", container.exit_code);
    if (container.out_of_memory)
        why += ", out of memory";
    if (!container.error.empty())
        why += ", " + printable(container.error);
    return why;
}

bool ended_badly(const docker::Container &container) {
    if (container.status == "running" || container.status == "created" ||
        container.status == "paused" || container.status == "removing")
        return false;
    if (container.status != "exited" || container.out_of_memory || !container.error.empty())
        return true;
    constexpr std::array stopped = {0, 1, 128 + SIGINT, 128 + SIGKILL, 128 + SIGTERM};
    return std::find(stopped.begin(), stopped.end(), container.exit_code) == stopped.end();
}

void stop(const docker::Docker &docker, const store::NodeRecord &node) {
    if (node.remote)
        return;
    auto name = container_name(node.name);
    auto found = docker.inspect_containers({name});
    if (auto at = found.find(name);
        at != found.end() && at->second.status != "exited" && at->second.status != "created")
        docker.stop_container(name);
}

void remove(const docker::Docker &docker, const store::NodeRecord &node, bool keep_state,
            bool keep_daemon) {
    if (keep_daemon || node.remote)
        return;
    docker.remove_container(container_name(node.name));
    if (!keep_state)
        docker.remove_volume(volume_name(node.name));
}

} // namespace berth::builder
