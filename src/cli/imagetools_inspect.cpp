// SPDX-License-Identifier: Apache-2.0
// `berth imagetools inspect`: shows an image in a registry or an OCI layout.
#include "berth/args/options.hpp"
#include "berth/cli/imagetools_commands.hpp"
#include "berth/cli/table.hpp"
#include "berth/gotemplate/template.hpp"
#include "berth/registry/details.hpp"
#include "berth/registry/shapes.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <memory>

namespace berth::cli {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using registry::Document;
using registry::Location;

struct ImageInspectOptions {
    std::vector<std::string> arguments;
    std::string format;
    bool raw = false;
};

std::string shown(const std::string &text) {
    return printable(text);
}

void print_manifest(std::ostream &out, const Location &location,
                    const registry::Descriptor &manifest, Rows &lines) {
    lines.push_back({"  Name:", shown(location.with_digest(manifest.digest).text())});
    lines.push_back({"  MediaType:", shown(manifest.media_type)});
    if (!manifest.platform)
        return;
    const auto &platform = *manifest.platform;
    lines.push_back({"  Platform:", shown(registry::platform_text(platform))});
    if (!platform.os_version.empty())
        lines.push_back({"  OSVersion:", shown(platform.os_version)});
    if (!platform.os_features.empty())
        lines.push_back({"  OSFeatures:", shown(join(platform.os_features, ", "))});
    if (!manifest.urls.empty())
        lines.push_back({"  URLs:", shown(join(manifest.urls, ", "))});
    if (manifest.annotations.empty())
        return;
    lines.push_back({"  Annotations:", ""});
    print_elastic(out, lines);
    lines.clear();
    Rows annotations;
    for (const auto &[key, value] : manifest.annotations)
        annotations.push_back({"    " + shown(key) + ":", shown(value)});
    print_elastic(out, annotations);
}

// In docker buildx's format, with its columns and the spaces in empty lines.
void print_text(std::ostream &out, const Location &location, const Document &root) {
    print_elastic(out, {{"Name:", shown(location.text())},
                        {"MediaType:", shown(root.descriptor.media_type)},
                        {"Digest:", root.descriptor.digest}});
    if (!registry::is_index(root.descriptor.media_type))
        return;
    print_elastic(out, {{"", ""}, {"Manifests:", ""}});
    Rows lines;
    bool first = true;
    for (const auto &manifest : registry::children(root)) {
        if (!first)
            lines.push_back({"", ""});
        first = false;
        print_manifest(out, location, manifest, lines);
    }
    print_elastic(out, lines);
}

// A template of only {{.Manifest}} prints the text form.
bool is_whole_manifest(std::string_view format) {
    format = trim(format);
    if (!format.starts_with("{{") || !format.ends_with("}}") || format.size() < 4)
        return false;
    return trim(format.substr(2, format.size() - 4)) == ".Manifest";
}

registry::Shaped sbom_of(const registry::Details &details) {
    json first, others = json::array();
    for (const auto &sbom : details.sboms)
        if (&sbom == &details.sboms.front())
            first = registry::shape_any(sbom);
        else
            others.push_back(registry::shape_any(sbom));
    registry::StructBuilder builder;
    builder.add("SPDX", "SPDX", first, first, first.is_null());
    builder.add("AdditionalSPDXs", "AdditionalSPDXs", others, others, others.empty());
    return builder.take();
}

registry::Shaped provenance_of(const registry::Details &details) {
    auto slsa = details.provenance ? registry::shape_any(*details.provenance) : json();
    registry::StructBuilder builder;
    builder.add("SLSA", "SLSA", slsa, slsa, slsa.is_null());
    return builder.take();
}

struct PerPlatform {
    json image = json::object(), sbom = json::object(), provenance = json::object();
    ordered_json image_json = ordered_json::object();
};

PerPlatform shape_details(const std::map<std::string, registry::Details> &details) {
    PerPlatform shaped;
    for (const auto &[platform, one] : details) {
        auto image = registry::shape_image(one.configuration, "configuration of " + platform);
        shaped.image[platform] = std::move(image.fields);
        shaped.image_json[platform] = std::move(image.json);
        // Like docker buildx, omits platforms without them.
        if (!one.sboms.empty() || details.size() == 1)
            shaped.sbom[platform] = sbom_of(one).fields;
        if (one.provenance || details.size() == 1)
            shaped.provenance[platform] = provenance_of(one).fields;
    }
    return shaped;
}

registry::Shaped manifest_of(const Document &root) {
    const auto &descriptor = root.descriptor;
    auto what = "manifest " + descriptor.digest;
    if (registry::is_index(descriptor.media_type))
        return registry::shape_index(registry::parse_document(root.bytes, what), descriptor.digest,
                                     descriptor.size, what);
    if (registry::is_manifest(descriptor.media_type))
        return registry::shape_descriptor(registry::descriptor_json(descriptor), what);
    return {nullptr, nullptr};
}

// Name, Manifest and Image are fields; SBOM and Provenance are methods, so JSON lacks them.
json template_fields(const std::string &name, const Document &root,
                     const std::map<std::string, registry::Details> &details) {
    auto manifest = manifest_of(root);
    auto per_platform = shape_details(details);
    registry::StructBuilder builder;
    builder.add("Name", "name", name, name, name.empty());
    builder.add("Manifest", "manifest", manifest.fields, manifest.json, manifest.json.is_null());
    if (details.size() > 1) {
        builder.add("Image", "image", per_platform.image, per_platform.image_json);
        builder.add("SBOM", "", per_platform.sbom, nullptr);
        builder.add("Provenance", "", per_platform.provenance, nullptr);
    } else if (details.empty()) {
        builder.add("Image", "image", nullptr, nullptr, true);
        builder.add("SBOM", "", sbom_of({}).fields, nullptr);
        builder.add("Provenance", "", provenance_of({}).fields, nullptr);
    } else {
        const auto &platform = details.begin()->first;
        builder.add("Image", "image", per_platform.image[platform],
                    per_platform.image_json[platform]);
        builder.add("SBOM", "", per_platform.sbom[platform], nullptr);
        builder.add("Provenance", "", per_platform.provenance[platform], nullptr);
    }
    return builder.take().fields;
}

std::string render(registry::Images &images, const Location &location, const std::string &name,
                   const Document &root, const gotemplate::Template &format) {
    auto used = format.fields();
    bool whole = used.contains("");
    registry::Wanted wanted{.configuration = whole || used.contains("Image"),
                            .sboms = used.contains("SBOM"),
                            .provenance = used.contains("Provenance")};
    auto details = wanted.configuration || wanted.sboms || wanted.provenance
                       ? registry::read_details(images, location, root, wanted)
                       : std::map<std::string, registry::Details>();
    return format.render(
        template_fields(name, root, details),
        {.maps = {"Annotations", "Labels", "ExposedPorts", "Volumes"},
         .structs = true,
         .json = [](const json &value) { return go_json(registry::marshal(value), 2); }});
}

ExitCode run_imagetools_inspect(Context &context, const ImageInspectOptions &options) {
    if (!options.format.empty() && options.raw)
        throw usage_error("format and raw cannot be used together");
    const auto &name = options.arguments.front();
    auto location = registry::parse_location(name);
    bool as_text = options.format.empty() || is_whole_manifest(options.format);
    std::optional<gotemplate::Template> format;
    if (!as_text)
        format.emplace(options.format);
    registry::Images images(registry_options(context));
    auto root = images.manifest(location);
    if (options.raw)
        context.out << root.bytes; // without a line break, so that the digest matches
    else if (as_text)
        print_text(context.out, location, root);
    else
        context.out << render(images, location, name, root, *format);
    return ExitCode::success;
}

} // namespace

void add_imagetools_inspect(args::Command &group, Action &action) {
    auto options = std::make_shared<ImageInspectOptions>();
    auto *command = group.add_command("inspect", "Show an image in a registry");
    args::add_value(*command, "--format", options->format, "Format the output with a Go template")
        .type("TEMPLATE");
    args::add_switch(*command, "--raw", options->raw,
                     "Print the manifest or index as it is in the registry");
    command->take_arguments("NAME", options->arguments);
    command->callback([&action, options] {
        action = [options](Context &context) { return run_imagetools_inspect(context, *options); };
    });
}

} // namespace berth::cli
