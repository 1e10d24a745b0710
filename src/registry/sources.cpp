// SPDX-License-Identifier: Apache-2.0
// Reads the sources of `imagetools create`.
#include "berth/builder/platform.hpp"
#include "berth/registry/combine.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::registry {

using nlohmann::json;

namespace {

// The user's descriptor overrides the one in the registry. Annotations are replaced, not merged, so
// that a user can remove some.
Descriptor merge(Descriptor found, const Descriptor &said) {
    if (said.size != 0 && found.size != said.size)
        throw Error(fmt::format("invalid size mismatch for {}, {} != {}", found.digest, said.size,
                                found.size));
    if (!said.media_type.empty())
        found.media_type = said.media_type;
    if (!said.annotations.empty())
        found.annotations = said.annotations;
    if (said.platform)
        found.platform = said.platform;
    found.urls = said.urls;
    found.data = said.data;
    found.artifact_type = said.artifact_type;
    return found;
}

// Completes the platform of a descriptor from the configuration.
void add_platform(Images &images, ImageSource &source) {
    auto platform = source.descriptor.platform.value_or(store::Platform{});
    if (platform.os.empty() || platform.architecture.empty()) {
        auto what = "manifest " + source.descriptor.digest;
        auto manifest = parse_document(source.bytes, what);
        if (!manifest.is_object() || !manifest.contains("config"))
            throw Error(what + " has no configuration that could tell its platform");
        auto config = parse_document(
            images.document(source.location, parse_descriptor(manifest["config"], what)),
            "the configuration of " + what);
        if (!config.is_object())
            throw Error("the configuration of " + what + " is not a JSON object");
        auto found = builder::normal_platform({.architecture = text_at(config, "architecture"),
                                               .os = text_at(config, "os"),
                                               .variant = text_at(config, "variant")});
        if (platform.architecture.empty()) {
            platform.architecture = found.architecture;
            if (platform.variant.empty())
                platform.variant = found.variant;
        }
        if (platform.os.empty())
            platform.os = found.os;
    }
    source.descriptor.platform = std::move(platform);
}

void read_source(Images &images, ImageSource &source) {
    const auto &said = source.descriptor;
    auto location =
        said.digest.empty() ? source.location : source.location.with_digest(said.digest);
    auto found = images.manifest(location);
    source.descriptor = said.digest.empty() ? std::move(found.descriptor)
                                            : merge(std::move(found.descriptor), said);
    source.bytes = std::move(found.bytes);
    if (is_manifest(source.descriptor.media_type))
        add_platform(images, source);
    else if (source.descriptor.media_type == media::docker_schema1)
        throw Error("schema1 manifests are not allowed in manifest lists", ExitCode::failure,
                    "pull the image and push it anew, so that it gets a manifest of today");
}

} // namespace

void read_sources(Images &images, std::vector<ImageSource> &sources) {
    side_by_side(sources.size(), [&](std::size_t i) { read_source(images, sources[i]); });
}

} // namespace berth::registry
