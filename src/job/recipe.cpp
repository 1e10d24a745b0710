// SPDX-License-Identifier: Apache-2.0
#include "berth/job/recipe.hpp"

#include "berth/util/strings.hpp"

#include "recipe_words.hpp"
#include "redaction.hpp"

#include <fmt/format.h>

namespace berth::job {

namespace {

using context::LocalContext;

std::string in_shell(const std::vector<std::string> &words) {
    return process::to_shell({.argv = words});
}

// `berth context tar PATH` prints exactly the files that a build sends.
std::string send_line(const Recipe &recipe, const std::string &place) {
    std::vector<std::string> tar = {"berth", "context", "tar"};
    if (!recipe.options.file.empty()) {
        tar.emplace_back("--file");
        tar.push_back(recipe.options.file);
    }
    tar.push_back(recipe.options.context);
    auto unpack = recipe.docker.exec_command(
        recipe.container,
        {"sh", "-c",
         fmt::format("rm -rf {0} && mkdir -p {0}/context {0}/dockerfile && tar x -C {0}/context",
                     place)},
        true);
    return in_shell(tar) + " | " + process::to_shell(unpack);
}

std::string in_builder(const Recipe &recipe, const std::string &script) {
    return process::to_shell(
        recipe.docker.exec_command(recipe.container, {"sh", "-c", script}, true));
}

std::string copy_line(const Recipe &recipe, const std::string &place, const std::string &name) {
    auto write = recipe.docker.exec_command(
        recipe.container, {"sh", "-c", "cat >\"$1\"", "sh", place + "/dockerfile/" + name}, true);
    auto source = recipe.inputs.context.dockerfile_directory / name;
    return process::to_shell(write) + " < " + shell_quote(source.string());
}

// The lines that copy context and Dockerfile to `place`, from standard input if needed.
std::vector<std::string> send_lines(const Recipe &recipe, const std::string &place) {
    const auto &context = recipe.inputs.context;
    auto empty = fmt::format("rm -rf {0} && mkdir -p {0}/context {0}/dockerfile", place);
    std::vector<std::string> lines;
    if (context.kind == LocalContext::Kind::archive) {
        lines.emplace_back("# the archive is on standard input");
        lines.push_back(in_builder(recipe, empty + fmt::format(" && tar x -C {}/context", place)));
    } else if (context.kind == LocalContext::Kind::directory && context.scratch == nullptr) {
        lines.push_back(send_line(recipe, place));
    } else {
        lines.push_back(in_builder(recipe, empty) + " < /dev/null");
    }
    for (const auto &[name, content] : context.dockerfile_files) {
        if (context::is_remote_dockerfile(recipe.options.file)) {
            lines.push_back(
                in_builder(recipe, fmt::format("wget -q -O {}/dockerfile/{} {}", place, name,
                                               shell_quote(recipe.options.file))) +
                " < /dev/null");
            continue;
        }
        if (context.from_input)
            lines.emplace_back("# the Dockerfile is on standard input");
        lines.push_back(context.from_input
                            ? in_builder(recipe, fmt::format("cat >{}/dockerfile/{}", place, name))
                            : copy_line(recipe, place, name));
    }
    return lines;
}

// Where to redirect the standard output of a build that streams `output`.
std::string destination(const Recipe &recipe, const Output &output) {
    if (output.to_engine())
        return " | " + process::to_shell(recipe.engine.load_command());
    if (output.as_folder())
        return fmt::format(" | {{ mkdir -p {0} && tar -x -C {0}; }}",
                           shell_quote(output.destination));
    return output.destination == "-" ? "" : " > " + shell_quote(output.destination);
}

// Prints lines without secrets.
class Notes {
  public:
    explicit Notes(const Recipe &recipe)
        : runner_(recipe.docker.runner()), redaction_(recipe.options) {}
    void note(const std::string &line) { runner_.note(redaction_.of(line)); }

  private:
    process::Runner &runner_;
    Redaction redaction_;
};

// One build for each output that the client receives; all but the first use the cache.
std::vector<std::string> build_lines(const Recipe &recipe, const RecipePlaces &places) {
    auto words = recipe_words(recipe, places);
    auto first = words;
    if (!recipe.options.metadata_file.empty() || !recipe.options.iid_file.empty())
        first.insert(first.end(), {"--metadata-file", places.metadata});
    std::vector<const Output *> streams;
    for (const auto &output : recipe.inputs.outputs) {
        if (output.to_client())
            streams.push_back(&output);
        else if (output.exported())
            first.insert(first.end(), {"--output", recipe_output(output, recipe.inputs.tags)});
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
        line.insert(line.end(), {"--output", recipe_output(*output, recipe.inputs.tags)});
        add(line, destination(recipe, *output));
    }
    return lines;
}

// A directory of the client, all of it.
std::string folder_line(const Recipe &recipe, const std::filesystem::path &folder,
                        const std::string &into) {
    return fmt::format(
        "tar -c -C {} . | {}", shell_quote(folder.string()),
        in_builder(recipe, fmt::format("rm -rf {0} && mkdir -p {0} && tar x -C {0}", into)));
}

// Copies a cache that the build left in the builder.
std::string cache_line(const Recipe &recipe, const std::string &from,
                       const std::filesystem::path &to) {
    return fmt::format("{0} < /dev/null | {{ mkdir -p {1} && tar -x -C {1}; }}",
                       in_builder(recipe, fmt::format("cd {0} && tar c . && rm -rf {0}", from)),
                       shell_quote(to.string()));
}

// Secrets and private keys, in the order that recipe_words() counts them.
std::vector<std::string> secret_sources(const BuildInputs &inputs) {
    std::vector<std::string> sources;
    for (const auto &secret : inputs.secrets)
        sources.push_back(secret.shell_source());
    for (const auto &source : inputs.ssh)
        for (const auto &key : source.keys)
            sources.push_back("cat " + shell_quote(key));
    return sources;
}

bool forwards_agents(const BuildInputs &inputs) {
    for (const auto &source : inputs.ssh)
        if (!source.agent.empty())
            return true;
    return false;
}

// The image ID in the metadata file: the digest of the configuration, or that of an index.
std::string id_of_metadata(const std::string &file) {
    return fmt::format("sed -n 's/^ *\"containerimage\\.\\(config\\.\\)\\{{0,1\\}}digest\": "
                       "\"\\(sha256:[0-9a-f]*\\)\".*/\\2/p' {} | head -n 1 | tr -d '\\n'",
                       file);
}

// --metadata-file and --iidfile.
std::vector<std::string> result_lines(const Recipe &recipe, const RecipePlaces &places) {
    std::vector<std::string> lines;
    auto add = [&](const std::string &script, const std::string &file) {
        if (!file.empty())
            lines.push_back(in_builder(recipe, script) + " < /dev/null > " + shell_quote(file));
    };
    add("cat " + places.metadata, recipe.options.metadata_file);
    add(id_of_metadata(places.metadata), recipe.options.iid_file);
    return lines;
}

} // namespace

void print_recipe(const Recipe &recipe) {
    auto places = recipe_places(recipe);
    Notes runner(recipe);
    if (recipe.options.local_images)
        runner.note(
            "# not shown: the builder takes images that only the engine has from this side, "
            "out of docker save");
    if (forwards_agents(recipe.inputs))
        runner.note("# not shown: --ssh forwards a local agent over the connection of the build");
    for (const auto &[key, value] : recipe.inputs.frontend.attributes)
        if (is_secret_proxy(key, value))
            runner.note(fmt::format("# not shown: {}, a proxy with a password", printable(key)));
        else if (is_of_environment(recipe.options, key))
            runner.note(
                fmt::format("# not shown: {}, whose value is a variable's", printable(key)));
    for (const auto &line : send_lines(recipe, places.place))
        runner.note(line);
    for (const auto &[name, path] : places.copied)
        runner.note(folder_line(recipe, path, places.folders.at(name)));
    for (const auto &[folder, path] : places.caches_from)
        runner.note(folder_line(recipe, path, folder));
    auto sources = secret_sources(recipe.inputs);
    for (std::size_t i = 0; i < sources.size(); ++i)
        runner.note(
            sources[i] + " | " +
            in_builder(recipe, fmt::format("umask 077 && mkdir -p {0} && cat >{0}/secret{1}",
                                           places.secrets, i)));
    for (const auto &line : build_lines(recipe, places))
        runner.note(line);
    for (const auto &line : result_lines(recipe, places))
        runner.note(line);
    for (const auto &[folder, path] : places.caches_to)
        runner.note(cache_line(recipe, folder, path));
    if (!sources.empty())
        runner.note(in_builder(recipe, "rm -rf " + places.secrets) + " < /dev/null");
}

} // namespace berth::job
