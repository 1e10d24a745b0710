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

std::string copy_line(const Recipe &recipe, const std::string &place, const std::string &name) {
    auto write = recipe.docker.exec_command(
        recipe.container, {"sh", "-c", "cat >\"$1\"", "sh", place + "/d/" + name}, true);
    auto source = recipe.context.dockerfile_directory / name;
    return process::to_shell(write) + " < " + shell_quote(source.string());
}

std::string build_line(const Recipe &recipe, const std::string &place) {
    auto words = recipe.arguments({.context = place + "/c",
                                   .dockerfile_directory = place + "/d",
                                   .file_name = recipe.context.file_name});
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
    runner.note(send_line(recipe, place));
    for (const auto &[name, content] : recipe.context.dockerfile_files)
        runner.note(copy_line(recipe, place, name));
    runner.note(build_line(recipe, place));
}

} // namespace berth::build
