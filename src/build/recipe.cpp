#include "berth/build/recipe.hpp"

#include "berth/build/deliver.hpp"
#include "berth/build/output_plan.hpp"
#include "berth/build/remote.hpp"
#include "berth/build/ssh_forwarding.hpp"
#include "berth/context/local_context.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::build {

namespace {

constexpr const char *dry_run_agents = "/dev/shm/berth-ssh-dry-run";

std::string in_shell(const std::vector<std::string> &words) {
    return process::to_shell({.argv = words});
}

// `berth context tar PATH` prints the very files that a build sends.
std::string send_line(const Recipe &recipe, const std::string &place) {
    std::vector<std::string> tar = {"berth", "context", "tar"};
    if (!recipe.file_argument.empty()) {
        tar.emplace_back("--file");
        tar.push_back(recipe.file_argument);
    }
    tar.push_back(recipe.context_argument);
    auto unpack = recipe.docker.exec_command(
        recipe.container,
        {"sh", "-c", fmt::format("rm -rf {0} && mkdir -p {0}/c {0}/d && tar x -C {0}/c", place)},
        true);
    return in_shell(tar) + " | " + process::to_shell(unpack);
}

std::string in_builder(const Recipe &recipe, const std::string &script) {
    return process::to_shell(
        recipe.docker.exec_command(recipe.container, {"sh", "-c", script}, true));
}

std::string copy_line(const Recipe &recipe, const std::string &place, const std::string &name) {
    auto write = recipe.docker.exec_command(
        recipe.container, {"sh", "-c", "cat >\"$1\"", "sh", place + "/d/" + name}, true);
    auto source = recipe.context.dockerfile_directory / name;
    return process::to_shell(write) + " < " + shell_quote(source.string());
}

// The lines that bring context and Dockerfile to `place`, from standard input where they come so.
std::vector<std::string> send_lines(const Recipe &recipe, const std::string &place) {
    const auto &context = recipe.context;
    auto empty = fmt::format("rm -rf {0} && mkdir -p {0}/c {0}/d", place);
    std::vector<std::string> lines;
    if (context.kind == context::LocalContext::Kind::archive) {
        lines.emplace_back("# the archive is on standard input");
        lines.push_back(in_builder(recipe, empty + fmt::format(" && tar x -C {}/c", place)));
    } else if (context.kind == context::LocalContext::Kind::directory &&
               context.scratch == nullptr) {
        lines.push_back(send_line(recipe, place));
    } else {
        lines.push_back(in_builder(recipe, empty) + " < /dev/null");
    }
    for (const auto &[name, content] : context.dockerfile_files) {
        if (context::is_remote_dockerfile(recipe.file_argument)) {
            lines.push_back(in_builder(recipe, fmt::format("wget -q -O {}/d/{} {}", place, name,
                                                           shell_quote(recipe.file_argument))) +
                            " < /dev/null");
            continue;
        }
        if (context.from_input)
            lines.emplace_back("# the Dockerfile is on standard input");
        lines.push_back(context.from_input
                            ? in_builder(recipe, fmt::format("cat >{}/d/{}", place, name))
                            : copy_line(recipe, place, name));
    }
    return lines;
}

BuildPlaces places_of(const Recipe &recipe, const std::string &place) {
    const auto &context = recipe.context;
    BuildPlaces places{.context = place + "/c",
                       .dockerfile_directory = place + "/d",
                       .file_name = context.file_name};
    if (context.kind == context::LocalContext::Kind::archive) {
        if (context.dockerfile_files.empty())
            places.dockerfile_directory = places.context; // unpacked
    } else if (context.kind == context::LocalContext::Kind::remote) {
        places.url = context.url;
        if (context.dockerfile_files.empty())
            places.dockerfile_directory.clear();
    }
    for (const auto &[name, named] : recipe.named)
        places.named[name] = {.folder = fmt::format("{}/n/{}", place, name),
                              .layout = named.layout};
    places.memory = memory_folder("berth-dry-run");
    return places;
}

CachePlaces cache_places(const Recipe &recipe, const std::string &place) {
    CachePlaces places{.from = {}, .staging = place + "/out"};
    for (const auto &[name, ignored] : recipe.cache_folders)
        places.from[name] = fmt::format("{}/cache{}", place, places.from.size());
    return places;
}

// What to do with the standard output of a build that streams `output`.
std::string destination(const Recipe &recipe, const Output &output) {
    if (output.to_engine())
        return " | " + process::to_shell(recipe.docker.load_command());
    if (output.as_folder())
        return fmt::format(" | {{ mkdir -p {0} && tar -x -C {0}; }}",
                           shell_quote(output.destination));
    return output.destination == "-" ? "" : " > " + shell_quote(output.destination);
}

// One build for each output that comes to this side; all but the first come from the cache.
std::vector<std::string> build_lines(const Recipe &recipe, const std::string &place) {
    auto words = recipe.arguments(places_of(recipe, place));
    for (auto &word : ssh_arguments(recipe.ssh, dry_run_agents))
        words.push_back(std::move(word));
    for (auto &word : cache_arguments(recipe.caches, cache_places(recipe, place)))
        words.push_back(std::move(word));
    words.emplace_back("--progress=plain");
    auto first = words;
    std::vector<const Output *> streams;
    for (const auto &output : recipe.outputs) {
        if (output.to_client())
            streams.push_back(&output);
        else if (output.exported())
            first.insert(first.end(), {"--output", buildctl_output(output, recipe.tags)});
    }
    std::vector<std::string> lines;
    auto add = [&](const std::vector<std::string> &line, const std::string &after) {
        lines.push_back(
            process::to_shell(recipe.docker.exec_command(recipe.container, line, false)) + after);
    };
    if (streams.empty())
        add(first, "");
    for (const auto *output : streams) {
        auto line = lines.empty() ? first : words;
        line.insert(line.end(), {"--output", buildctl_output(streamed(*output), recipe.tags)});
        add(line, destination(recipe, *output));
    }
    return lines;
}

// A folder of this side, all of it.
std::string folder_line(const Recipe &recipe, const std::filesystem::path &folder,
                        const std::string &into) {
    return fmt::format(
        "tar -c -C {} . | {}", shell_quote(folder.string()),
        in_builder(recipe, fmt::format("rm -rf {0} && mkdir -p {0} && tar x -C {0}", into)));
}

// A cache that the build left in the builder.
std::string cache_line(const Recipe &recipe, const std::string &from, const std::string &to) {
    return fmt::format("{0} < /dev/null | {{ mkdir -p {1} && tar -x -C {1}; }}",
                       in_builder(recipe, fmt::format("cd {0} && tar c . && rm -rf {0}", from)),
                       shell_quote(to));
}

} // namespace

void print_recipe(const Recipe &recipe) {
    auto place = fmt::format("{}/{}/dry-run", contexts_directory, recipe.context_key);
    auto &runner = recipe.docker.runner();
    for (const auto &line : send_lines(recipe, place))
        runner.note(line);
    for (const auto &[name, context] : recipe.named)
        runner.note(folder_line(recipe, context.directory, fmt::format("{}/n/{}", place, name)));
    auto caches = cache_places(recipe, place);
    for (const auto &[name, context] : recipe.cache_folders)
        runner.note(folder_line(recipe, context.directory, caches.from.at(name)));
    auto memory = memory_folder("berth-dry-run");
    for (const auto &secret : recipe.secrets)
        runner.note(secret.shell_source() + " | " +
                    in_builder(recipe, fmt::format("umask 077 && mkdir -p {0} && cat >{0}/{1}",
                                                   memory, secret.file)));
    for (const auto &line : ssh_recipe(recipe.docker, recipe.container, recipe.ssh, dry_run_agents))
        runner.note(line);
    for (const auto &line : build_lines(recipe, place))
        runner.note(line);
    auto number = caches.first;
    for (const auto &cache : recipe.caches.exported_here())
        runner.note(cache_line(recipe, caches.staging + "/" + output_name(number++),
                               cache.attribute("dest")));
    if (!recipe.secrets.empty())
        runner.note(in_builder(recipe, "rm -rf " + memory) + " < /dev/null");
}

} // namespace berth::build
