// SPDX-License-Identifier: Apache-2.0
#include "berth/job/local_images.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/image/tag.hpp"
#include "berth/job/contexts.hpp"
#include "berth/job/dockerfile_outline.hpp"
#include "berth/job/flag_values.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace berth::job {

namespace {

// $NAME, ${NAME} and ${NAME:-DEFAULT}; other forms stay unexpanded, so they match no image.
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

// The name that the frontend looks up among named contexts.
std::string context_name(const std::string &reference) {
    auto name = image::familiar_tag(reference);
    constexpr std::string_view latest = ":latest";
    if (name.ends_with(latest))
        name.resize(name.size() - latest.size());
    return name;
}

} // namespace

std::vector<ImageReference> image_references(std::string_view dockerfile,
                                             const BuildOptions &options) {
    auto outline = read_outline(dockerfile);
    auto values = argument_values(outline, options);
    std::set<std::string> known = {"scratch", "context"};
    for (const auto &stage : outline.stages)
        known.insert(lower(stage.name));
    for (const auto &text : options.build_contexts)
        known.insert(context_name(text.substr(0, text.find('='))));
    std::vector<ImageReference> references;
    for (const auto &base : outline.images) {
        auto reference = expanded(base, values);
        bool number = reference.find_first_not_of("0123456789") == std::string::npos;
        if (number || !names_an_image(reference) || known.contains(lower(reference)) ||
            !known.insert(context_name(reference)).second)
            continue;
        auto platform = outline.platforms.find(base);
        // A variable stands for the platform of the build or the builder.
        bool fixed = platform != outline.platforms.end() && platform->second[0] != '$';
        references.push_back({.name = reference, .platform = fixed ? platform->second : ""});
    }
    return references;
}

std::vector<ImageReference> base_images(const context::LocalContext &context,
                                        const BuildOptions &options) {
    auto dockerfile = context.dockerfile_files.find(context.file_name);
    if (dockerfile == context.dockerfile_files.end())
        return {};
    return image_references(dockerfile->second, options);
}

std::vector<ImageReference> wanted_images(const context::LocalContext &context,
                                          const BuildOptions &options) {
    return options.local_images ? base_images(context, options) : std::vector<ImageReference>();
}

bool is_local_only(const docker::Image &image) {
    return image.repository_digests.empty() || !image.descriptor_digest.empty();
}

namespace {

bool has_platforms(const docker::Image &image, const ImageReference &reference,
                   const std::vector<std::string> &of_build) {
    auto wanted = of_build;
    if (!reference.platform.empty())
        wanted = read_platforms({reference.platform});
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const auto &platform) { return platform == image.platform; });
}

} // namespace

std::vector<LocalImage> find_local_images(const docker::Docker &docker,
                                          const std::vector<ImageReference> &references,
                                          const std::vector<std::string> &platforms) {
    std::vector<LocalImage> found;
    std::vector<std::string> names;
    names.reserve(references.size());
    for (const auto &reference : references)
        names.push_back(reference.name);
    for (const auto &image : docker.inspect_images(names)) {
        auto id = image.id.substr(image.id.find(':') + 1);
        if (!is_local_only(image) || !image::is_digest("sha256:" + id))
            continue;
        for (const auto &reference : references)
            if (has_platforms(image, reference, platforms) &&
                std::find(image.tags.begin(), image.tags.end(),
                          image::familiar_tag(reference.name)) != image.tags.end())
                found.push_back({.name = context_name(reference.name), .id = id});
    }
    return found;
}

} // namespace berth::job
