// SPDX-License-Identifier: Apache-2.0
#include "imagetools_sources.hpp"

#include "berth/image/oci_index.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace berth::cli {

namespace {

using registry::Descriptor;
using registry::Location;

struct Source {
    std::optional<Location> location = {};
    Descriptor descriptor = {};
};

Descriptor read_descriptor(const std::string &text) {
    auto parsed = registry::parse_document(text, "it");
    if (parsed.is_object() && parsed.contains("schemaVersion") && parsed["schemaVersion"] != 0)
        throw usage_error(fmt::format("expected an OCI content descriptor, got a manifest or index "
                                      "(schemaVersion {})",
                                      parsed["schemaVersion"].dump()),
                          "an entry of `manifests` is one");
    auto descriptor = registry::parse_descriptor(parsed, "the descriptor");
    if (descriptor.digest.empty())
        throw usage_error("invalid descriptor: digest is required");
    registry::check_digest(descriptor.digest, "invalid descriptor digest");
    return descriptor;
}

Source parse_source(const std::string &text) {
    try {
        if (image::is_digest(text))
            return {.location = {}, .descriptor = {.media_type = {}, .digest = text}};
        if (text.starts_with("sha256"))
            throw usage_error("invalid checksum digest format");
        if (text.starts_with("{"))
            return {.location = {}, .descriptor = read_descriptor(text)};
        return {.location = registry::parse_location(text)};
    } catch (const Error &error) {
        throw usage_error(fmt::format("failed to parse source \"{}\", valid sources are digests, "
                                      "references and descriptors: {}",
                                      printable(text), error.what()),
                          error.hint());
    }
}

// The only repository among the arguments, for sources without one.
std::optional<Location> only_repository(const std::vector<Source> &sources,
                                        const std::vector<Location> &tags) {
    std::set<std::string> names;
    std::optional<Location> first;
    for (const auto &source : sources)
        if (source.location) {
            names.insert(source.location->name());
            if (!first)
                first = source.location;
        }
    for (const auto &tag : tags) {
        names.insert(tag.name());
        if (!first)
            first = tag;
    }
    if (names.empty())
        throw usage_error("no repositories specified, please set a reference in tag or source");
    return names.size() == 1 ? first : std::nullopt;
}

} // namespace

CreatePlan plan_create(const CreateArguments &arguments) {
    std::vector<std::string> texts;
    for (const auto &file : arguments.files)
        texts.emplace_back(trim(read_file(file, registry::manifest_limit, Special::read)));
    texts.insert(texts.end(), arguments.sources.begin(), arguments.sources.end());
    CreatePlan plan;
    plan.tags.reserve(arguments.tags.size());
    for (const auto &tag : arguments.tags)
        plan.tags.push_back(registry::parse_location(tag));
    if (arguments.append && !arguments.tags.empty())
        texts.insert(texts.begin(), arguments.tags.front());
    std::vector<Source> sources(texts.size());
    std::transform(texts.begin(), texts.end(), sources.begin(), parse_source);
    auto repository = only_repository(sources, plan.tags);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        auto &source = sources[i];
        if (!source.location && !repository)
            throw usage_error(fmt::format("multiple repositories specified, cannot infer "
                                          "repository for \"{}\"",
                                          printable(texts[i])),
                              "write REPOSITORY@DIGEST");
        if (!source.location)
            source.location = source.descriptor.media_type.empty()
                                  ? repository->with_digest(source.descriptor.digest)
                                  : repository->with_tag_alone();
        plan.sources.push_back({.location = *source.location, .descriptor = source.descriptor});
    }
    return plan;
}

} // namespace berth::cli
