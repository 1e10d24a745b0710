#include "berth/build/recipe.hpp"

#include "berth/build/deliver.hpp"
#include "berth/build/remote.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::build {

namespace {

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
    if (context.kind == LocalContext::Kind::archive) {
        lines.emplace_back("# the archive is on standard input");
        lines.push_back(in_builder(recipe, empty + fmt::format(" && tar x -C {}/c", place)));
        return lines;
    }
    if (context.kind == LocalContext::Kind::directory && context.scratch == nullptr)
        lines.push_back(send_line(recipe, place));
    else
        lines.push_back(in_builder(recipe, empty) + " < /dev/null");
    for (const auto &[name, content] : context.dockerfile_files) {
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
    if (context.kind == LocalContext::Kind::archive) {
        places.dockerfile_directory = places.context; // unpacked
    } else if (context.kind == LocalContext::Kind::remote) {
        places.url = context.url;
        if (context.dockerfile_files.empty())
            places.dockerfile_directory.clear();
    }
    for (const auto &[name, ignored] : recipe.named)
        places.named[name] = {.folder = fmt::format("{}/n/{}", place, name)};
    places.memory = memory_folder("berth-dry-run");
    return places;
}

std::string build_line(const Recipe &recipe, const std::string &place) {
    auto words = recipe.arguments(places_of(recipe, place));
    words.emplace_back("--progress=plain");
    std::string after;
    for (const auto &output : recipe.outputs) {
        if (!output.exported())
            continue;
        words.emplace_back("--output");
        words.push_back(
            buildctl_output(output.to_client() ? streamed(output) : output, recipe.tags));
        if (output.to_engine())
            after = " | " + process::to_shell(recipe.docker.load_command());
        else if (output.type == "local")
            after = fmt::format(" | {{ mkdir -p {0} && tar -x -C {0}; }}",
                                shell_quote(output.destination));
        else if (output.to_client() && output.destination != "-")
            after = " > " + shell_quote(output.destination);
    }
    return process::to_shell(recipe.docker.exec_command(recipe.container, words, false)) + after;
}

} // namespace

void print_recipe(const Recipe &recipe) {
    auto place = fmt::format("{}/{}/dry-run", contexts_directory, recipe.context_key);
    auto &runner = recipe.docker.runner();
    for (const auto &line : send_lines(recipe, place))
        runner.note(line);
    for (const auto &[name, context] : recipe.named)
        runner.note(fmt::format("tar -c -C {} . | {}", shell_quote(context.directory.string()),
                                in_builder(recipe, fmt::format("rm -rf {0}/n/{1} && mkdir -p "
                                                               "{0}/n/{1} && tar x -C {0}/n/{1}",
                                                               place, name))));
    auto memory = memory_folder("berth-dry-run");
    for (const auto &secret : recipe.secrets)
        runner.note(secret.shell_source() + " | " +
                    in_builder(recipe, fmt::format("umask 077 && mkdir -p {0} && cat >{0}/{1}",
                                                   memory, secret.file)));
    runner.note(build_line(recipe, place));
    if (!recipe.secrets.empty())
        runner.note(in_builder(recipe, "rm -rf " + memory) + " < /dev/null");
}

} // namespace berth::build
