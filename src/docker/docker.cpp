// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/docker.hpp"

#include "berth/docker/arguments.hpp"
#include "berth/docker/parse.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <algorithm>
#include <cstring>

namespace berth::docker {

using process::Command;
using process::Effect;
using process::Outcome;

namespace {

// A working engine answers sooner, even under load; one that hangs never does.
constexpr std::chrono::milliseconds query_limit = std::chrono::seconds(30);
constexpr std::chrono::milliseconds change_limit = std::chrono::minutes(2);
constexpr std::chrono::milliseconds removal_limit = std::chrono::minutes(15); // of a big volume
constexpr std::chrono::milliseconds pull_limit = std::chrono::minutes(60);

bool is_host(const std::string &endpoint) {
    return endpoint.find("://") != std::string::npos;
}

bool says(const Outcome &outcome, std::string_view text) {
    return lower(outcome.err).find(text) != std::string::npos;
}

} // namespace

Docker::Docker(process::Runner &runner, std::string program, const std::string &endpoint,
               const std::string &current)
    : runner_(runner),
      program_(std::move(program)),
      endpoint_(endpoint),
      flavour_(flavour_of(program_)) {
    if (!endpoint.empty() && endpoint != current)
        global_ = {is_host(endpoint) ? "--host" : "--context", endpoint};
}

Command Docker::command(std::vector<std::string> arguments, Effect effect) const {
    Command result{.argv = {program_}, .effect = effect, .first_on_path = first_on_path_};
    if (effect == Effect::query)
        result.timeout = limit_.count() > 0 ? std::min(limit_, query_limit) : query_limit;
    result.argv.insert(result.argv.end(), global_.begin(), global_.end());
    result.argv.insert(result.argv.end(), std::make_move_iterator(arguments.begin()),
                       std::make_move_iterator(arguments.end()));
    return result;
}

Command Docker::finished_command(std::vector<std::string> arguments) const {
    auto result = command(std::move(arguments));
    result.despite_cancel = true;
    result.timeout = limit_.count() > 0 ? limit_ : change_limit;
    return result;
}

Outcome Docker::run(const Command &command) const {
    auto outcome = runner_.run(command);
    check(command, outcome);
    return outcome;
}

Command Docker::inspect_containers_command(const std::vector<std::string> &names) const {
    return command(inspect_container_arguments(names, flavour_), Effect::query);
}

std::map<std::string, Container> Docker::read_containers(const Command &command,
                                                         const Outcome &outcome) {
    if (!says_not_found(outcome))
        check(command, outcome);
    std::map<std::string, Container> found;
    for (auto &container : parse_containers(outcome.out)) {
        auto name = container.name;
        found.emplace(std::move(name), std::move(container));
    }
    return found;
}

std::map<std::string, Container>
Docker::inspect_containers(const std::vector<std::string> &names) const {
    if (names.empty())
        return {};
    auto command = inspect_containers_command(names);
    return read_containers(command, runner_.run(command));
}

Command Docker::info_command() const {
    return command({"info", "--format", "{{json .}}"}, Effect::query);
}

EngineInfo Docker::read_info(const Command &command, Outcome outcome) {
    check(command, outcome);
    auto info = parse_info(outcome.out);
    if (!info.errors.empty()) {
        // docker 20.10 succeeds even if the query failed.
        outcome.code = 1;
        outcome.err = join(info.errors, "\n");
        check(command, outcome);
    }
    return info;
}

EngineInfo Docker::info() const {
    auto command = info_command();
    return read_info(command, runner_.run(command));
}

Command Docker::version_command() const {
    return command({"version", "--format", "{{json .}}"}, Effect::query);
}

Command Docker::platform_command() const {
    const auto *format =
        flavour_ == Flavour::podman ? "{{.Client.OsArch}}" : "{{.Server.Os}}/{{.Server.Arch}}";
    return command({"version", "--format", format}, Effect::query);
}

Versions Docker::read_versions(const Outcome &outcome) {
    return parse_versions(outcome.out);
}

std::vector<Image> Docker::inspect_images(const std::vector<std::string> &references) const {
    if (references.empty())
        return {};
    auto command = this->command(inspect_image_arguments(references, flavour_), Effect::query);
    auto outcome = runner_.run(command);
    if (!says_not_found(outcome))
        check(command, outcome);
    return parse_images(outcome.out);
}

void Docker::pull(const std::string &reference) const {
    auto pull = command({"pull", "--quiet", image_name(flavour_, reference)});
    pull.timeout = pull_limit;
    run(pull);
}

void Docker::tag_image(const std::string &id, const std::string &tag) const {
    run(finished_command({"image", "tag", id, tag}));
}

Command Docker::save_command(const std::string &id) const {
    return command({"save", id});
}

Command Docker::load_command() const {
    // Not every nerdctl has the option.
    return flavour_ == Flavour::nerdctl ? command({"load"}) : command({"load", "--quiet"});
}

bool Docker::says_loaded(const Outcome &load) const {
    return flavour_ != Flavour::docker || load.out.find("Loaded image") != std::string::npos;
}

bool Docker::create_volume(const std::string &name) const {
    // `docker volume create` also succeeds for an existing volume, which a caller that rolls back
    // must not take for its own.
    auto look = command({"volume", "inspect", "--format", "{{.Name}}", name}, Effect::query);
    auto outcome = runner_.run(look);
    if (outcome.ok())
        return false;
    if (!says_not_found(outcome))
        check(look, outcome);
    run(finished_command({"volume", "create", name}));
    return true;
}

bool Docker::remove_volume(const std::string &name) const {
    auto command = finished_command({"volume", "rm", name});
    command.timeout = removal_limit;
    auto outcome = runner_.run(command);
    if (says_not_found(outcome))
        return false;
    check(command, outcome);
    return true;
}

bool Docker::make_container(const ContainerSpec &spec, std::vector<std::string> arguments) const {
    auto command = finished_command(std::move(arguments));
    if (!spec.client_config.empty())
        command.environment.emplace_back("DOCKER_CONFIG", spec.client_config);
    auto outcome = runner_.run(command);
    if (!outcome.ok() && says(outcome, "is already in use by"))
        return false;
    check(command, outcome);
    return true;
}

bool Docker::can_use_gpus(const std::string &image) const {
    auto command = this->command({"run", "--rm", "--pull", "never", "--network", "none", "--gpus",
                                  "all", "--entrypoint", "/bin/true", image},
                                 Effect::query);
    return runner_.run(command).ok();
}

bool Docker::run_container(const ContainerSpec &spec) const {
    return make_container(spec, run_arguments(spec, flavour_));
}

bool Docker::create_container(const ContainerSpec &spec) const {
    return make_container(spec, create_arguments(spec, flavour_));
}

void Docker::start_container(const std::string &name) const {
    run(finished_command({"container", "start", name}));
}

void Docker::unpause_container(const std::string &name) const {
    run(finished_command({"container", "unpause", name}));
}

void Docker::stop_container(const std::string &name) const {
    auto stop = command({"container", "stop", name});
    stop.timeout = change_limit;
    run(stop);
}

void Docker::rename_container(const std::string &name, const std::string &to) const {
    run(finished_command({"container", "rename", name, to}));
}

bool Docker::remove_container(const std::string &name) const {
    auto command = finished_command({"container", "rm", "--force", "--volumes", name});
    auto outcome = runner_.run(command);
    if (says_not_found(outcome))
        return false;
    check(command, outcome);
    return true;
}

Command Docker::copy_command(const std::string &container) const {
    return finished_command({"cp", "-", container + ":/"});
}

void Docker::copy_files(const std::string &container,
                        const std::map<std::string, std::string> &files) const {
    auto archive = tar_files(files);
    std::size_t at = 0;
    auto command = copy_command(container);
    auto outcome = runner_.run(command, {.input = [&](char *buffer, std::size_t size) {
                                   auto count = std::min(size, archive.size() - at);
                                   std::memcpy(buffer, archive.data() + at, count);
                                   at += count;
                                   return count;
                               }});
    check(command, outcome);
}

std::string Docker::container_logs(const std::string &name, int last_lines) const {
    auto outcome = runner_.run(
        command({"container", "logs", "--tail", std::to_string(last_lines), name}, Effect::query));
    return outcome.out + outcome.err;
}

Command Docker::program_run_command(const ProgramRun &run, Effect effect) const {
    return command(program_run_arguments(run, flavour_), effect);
}

Command Docker::exec_command(const std::string &container, std::vector<std::string> arguments,
                             bool interactive, Effect effect) const {
    std::vector<std::string> all = {"exec"};
    if (interactive)
        all.emplace_back("--interactive");
    all.push_back(container);
    all.insert(all.end(), std::make_move_iterator(arguments.begin()),
               std::make_move_iterator(arguments.end()));
    return command(std::move(all), effect);
}

} // namespace berth::docker
