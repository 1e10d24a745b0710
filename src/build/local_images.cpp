#include "berth/build/local_images.hpp"

#include "berth/build/arguments.hpp"
#include "berth/build/dockerfile_outline.hpp"
#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "local_image_script.hpp" // made from local_image.sh

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace berth::build {

namespace {

constexpr const char *images_directory = "/var/lib/buildkit/berth/images";

// $NAME, ${NAME} and ${NAME:-DEFAULT}; other forms stay, and name no image then.
std::string expanded(const std::string &text, const std::map<std::string, std::string> &values) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '$') {
            result += text[at++];
            continue;
        }
        bool braces = at + 1 < text.size() && text[at + 1] == '{';
        auto begin = at + (braces ? 2 : 1);
        auto end = begin;
        while (end < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
            ++end;
        auto close = braces ? text.find('}', end) : end;
        if (close == std::string::npos || end == begin)
            return text;
        auto found = values.find(text.substr(begin, end - begin));
        auto value = found == values.end() ? std::string() : found->second;
        auto rest = text.substr(end, close - end);
        if (value.empty() && rest.starts_with(":-"))
            value = rest.substr(2);
        result += value;
        at = braces ? close + 1 : close;
    }
    return result;
}

std::string without_quotes(const std::string &text) {
    bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                  text.back() == text.front();
    return quoted ? text.substr(1, text.size() - 2) : text;
}

std::map<std::string, std::string> argument_values(const DockerfileOutline &outline,
                                                   const BuildOptions &options) {
    std::map<std::string, std::string> values;
    for (const auto &argument : outline.arguments)
        values[argument.name] = without_quotes(argument.value);
    for (const auto &text : options.build_args)
        if (auto equals = text.find('='); equals != std::string::npos)
            values[text.substr(0, equals)] = text.substr(equals + 1);
    return values;
}

bool names_an_image(const std::string &text) {
    try {
        image::check_tag(text);
    } catch (const Error &) {
        return false;
    }
    return text.find('@') == std::string::npos;
}

// As the frontend looks it up among named contexts.
std::string context_name(const std::string &reference) {
    auto name = image::familiar_tag(reference);
    constexpr std::string_view latest = ":latest";
    if (name.ends_with(latest))
        name.resize(name.size() - latest.size());
    return name;
}

} // namespace

std::vector<std::string> image_references(std::string_view dockerfile,
                                          const BuildOptions &options) {
    auto outline = read_outline(dockerfile);
    auto values = argument_values(outline, options);
    std::set<std::string> known = {"scratch", "context"};
    for (const auto &stage : outline.stages)
        known.insert(lower(stage.name));
    for (const auto &text : options.build_contexts)
        known.insert(context_name(text.substr(0, text.find('='))));
    std::vector<std::string> references;
    for (const auto &base : outline.images) {
        auto reference = expanded(base, values);
        bool number = reference.find_first_not_of("0123456789") == std::string::npos;
        if (number || !names_an_image(reference) || known.contains(lower(reference)) ||
            !known.insert(context_name(reference)).second)
            continue;
        references.push_back(reference);
    }
    return references;
}

std::vector<std::string> base_images(const context::LocalContext &context,
                                     const BuildOptions &options) {
    auto dockerfile = context.dockerfile_files.find(context.file_name);
    if (dockerfile == context.dockerfile_files.end())
        return {};
    return image_references(dockerfile->second, options);
}

std::vector<std::string> wanted_images(const context::LocalContext &context,
                                       const BuildOptions &options) {
    return options.local_images ? base_images(context, options) : std::vector<std::string>();
}

bool is_local_only(const docker::Image &image) {
    return image.repository_digests.empty() || !image.descriptor_digest.empty();
}

std::vector<LocalImage> find_local_images(const docker::Docker &docker,
                                          const std::vector<std::string> &references) {
    std::vector<LocalImage> found;
    if (references.empty())
        return found;
    for (const auto &image : docker.inspect_images(references)) {
        auto id = image.id.substr(image.id.find(':') + 1);
        if (!is_local_only(image) || !image::is_digest("sha256:" + id))
            continue;
        for (const auto &reference : references)
            if (std::find(image.tags.begin(), image.tags.end(), image::familiar_tag(reference)) !=
                image.tags.end())
                found.push_back({.name = context_name(reference), .id = id});
    }
    return found;
}

void LocalImages::bring(const std::vector<std::string> &references, progress::Display &display,
                        const progress::Task::Clock &now) {
    find(references);
    if (images_.empty())
        return;
    ask_builder();
    for (auto &image : images_) {
        progress::Task task(display, "[internal] local image " + image.name, now);
        if (image.digest.empty())
            send(image, task);
        task.done();
    }
}

void LocalImages::find(const std::vector<std::string> &references) {
    for (const auto &image : find_local_images(docker_, references))
        images_.push_back({.name = image.name, .id = image.id, .digest = {}});
}

void LocalImages::ask_builder() {
    std::vector<std::string> words = {"sh",          "-c",   local_image_script,
                                      "berth-image", "held", images_directory};
    for (const auto &image : images_)
        words.push_back(image.id);
    auto command = docker_.exec_command(container_, words, false, process::Effect::query);
    auto outcome = docker_.runner().run(command);
    docker::check(command, outcome);
    for (const auto &line : split(outcome.out, '\n'))
        for (auto &image : images_)
            if (line.starts_with(image.id + " "))
                image.digest = trim(std::string_view(line).substr(image.id.size()));
}

void LocalImages::send(Image &image, progress::Task &task) const {
    auto save = docker_.save_command("sha256:" + image.id);
    auto take = docker_.exec_command(
        container_,
        {"sh", "-c", local_image_script, "berth-image", "take", images_directory, image.id}, true);
    auto outcome = docker_.runner().pipe(save, take, [&](std::size_t bytes) {
        task.status("sending from the engine", static_cast<std::int64_t>(bytes), 0, false);
    });
    if (!outcome.from.ok())
        docker::check(save, outcome.from);
    docker::check(take, outcome.to);
    auto said = trim(outcome.to.out);
    auto gap = said.find(' ');
    if (gap == std::string_view::npos || said.substr(0, gap) != image.id)
        throw Error(fmt::format("failed to build: the engine's image {} cannot be put into the "
                                "builder: {}",
                                image.name, printable(trim(outcome.to.err))),
                    ExitCode::failure, "push it to a registry, or leave out --local-images");
    image.digest = said.substr(gap + 1);
}

std::vector<std::string> LocalImages::arguments() const {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < images_.size(); ++i) {
        auto store = fmt::format("berth-image-{}", i);
        words.insert(words.end(),
                     {"--oci-layout",
                      fmt::format("{}={}/{}", store, images_directory, images_[i].id), "--opt",
                      fmt::format("context:{}=oci-layout://{}@{}", images_[i].name, store,
                                  images_[i].digest)});
    }
    return words;
}

} // namespace berth::build
