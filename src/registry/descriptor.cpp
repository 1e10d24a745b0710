// SPDX-License-Identifier: Apache-2.0
#include "berth/registry/descriptor.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::registry {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

// Reads members of a document by type. A missing or null member is the zero value of its type.
class DescriptorReader {
  public:
    DescriptorReader(const json &object, const std::string &what) : object_(object), what_(what) {
        if (!object.is_object())
            throw Error(fmt::format("{} is not a JSON object", what));
    }

    const json *find(const char *key) const {
        auto found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    std::string text(const char *key) const {
        const auto *value = find(key);
        return value == nullptr ? "" : text_of(*value, key);
    }
    std::vector<std::string> texts(const char *key) const {
        std::vector<std::string> values;
        if (const auto *list = find(key)) {
            require(list->is_array(), key);
            for (const auto &value : *list)
                values.push_back(text_of(value, key));
        }
        return values;
    }
    std::map<std::string, std::string> text_map(const char *key) const {
        std::map<std::string, std::string> values;
        if (const auto *map = find(key)) {
            require(map->is_object(), key);
            for (const auto &[name, value] : map->items())
                values[name] = text_of(value, key);
        }
        return values;
    }
    std::int64_t size(const char *key) const {
        const auto *value = find(key);
        if (value == nullptr)
            return 0;
        require(value->is_number_integer() && *value >= 0, key);
        return value->get<std::int64_t>();
    }

  private:
    std::string text_of(const json &value, const char *key) const {
        require(value.is_string(), key);
        return value.get<std::string>();
    }
    void require(bool holds, const char *key) const {
        if (!holds)
            throw Error(fmt::format("{}: \"{}\" is of the wrong type", what_, key));
    }

    const json &object_;
    const std::string &what_;
};

store::Platform parse_platform(const json &value, const std::string &what) {
    DescriptorReader reader(value, what);
    return {.architecture = reader.text("architecture"),
            .os = reader.text("os"),
            .variant = reader.text("variant"),
            .os_version = reader.text("os.version"),
            .os_features = reader.texts("os.features")};
}

ordered_json platform_json(const store::Platform &platform) {
    ordered_json value = {{"architecture", platform.architecture}, {"os", platform.os}};
    if (!platform.os_version.empty())
        value["os.version"] = platform.os_version;
    if (!platform.os_features.empty())
        value["os.features"] = platform.os_features;
    if (!platform.variant.empty())
        value["variant"] = platform.variant;
    return value;
}

} // namespace

bool is_manifest(const std::string &media_type) {
    return media_type == media::docker_manifest || media_type == media::oci_manifest;
}

bool is_index(const std::string &media_type) {
    return media_type == media::docker_list || media_type == media::oci_index;
}

std::string Descriptor::annotation(const std::string &key) const {
    auto found = annotations.find(key);
    return found == annotations.end() ? "" : found->second;
}

Descriptor parse_descriptor(const json &value, const std::string &what) {
    DescriptorReader reader(value, what);
    Descriptor descriptor{.media_type = reader.text("mediaType"),
                          .digest = reader.text("digest"),
                          .size = reader.size("size"),
                          .urls = reader.texts("urls"),
                          .annotations = reader.text_map("annotations"),
                          .data = reader.text("data"),
                          .artifact_type = reader.text("artifactType")};
    if (const auto *platform = reader.find("platform"))
        descriptor.platform = parse_platform(*platform, what);
    return descriptor;
}

ordered_json descriptor_json(const Descriptor &descriptor) {
    ordered_json value = {{"mediaType", descriptor.media_type},
                          {"digest", descriptor.digest},
                          {"size", descriptor.size}};
    if (!descriptor.urls.empty())
        value["urls"] = descriptor.urls;
    if (!descriptor.annotations.empty())
        value["annotations"] = descriptor.annotations;
    if (!descriptor.data.empty())
        value["data"] = descriptor.data;
    if (descriptor.platform)
        value["platform"] = platform_json(*descriptor.platform);
    if (!descriptor.artifact_type.empty())
        value["artifactType"] = descriptor.artifact_type;
    return value;
}

Document make_document(const std::string &media_type, std::string bytes) {
    Descriptor descriptor{.media_type = media_type,
                          .digest = "sha256:" + sha256_hex(bytes),
                          .size = static_cast<std::int64_t>(bytes.size())};
    return {std::move(descriptor), std::move(bytes)};
}

json parse_document(const std::string &bytes, const std::string &what) {
    auto value = read_json(bytes);
    if (value.is_discarded())
        throw Error(fmt::format("{} is not valid JSON", what));
    return value;
}

std::vector<Descriptor> descriptors_in(const json &document, const char *key,
                                       const std::string &what) {
    std::vector<Descriptor> found;
    DescriptorReader reader(document, what);
    const auto *list = reader.find(key);
    if (list == nullptr)
        return found;
    if (!list->is_array())
        throw Error(fmt::format("{}: \"{}\" is not a list", what, key));
    for (const auto &entry : *list)
        found.push_back(parse_descriptor(entry, fmt::format("{}: an entry of {}", what, key)));
    return found;
}

std::vector<Descriptor> children(const Document &document) {
    const auto &descriptor = document.descriptor;
    if (!is_index(descriptor.media_type) && !is_manifest(descriptor.media_type))
        return {};
    auto what = fmt::format("manifest {}", descriptor.digest);
    auto parsed = parse_document(document.bytes, what);
    if (is_index(descriptor.media_type))
        return descriptors_in(parsed, "manifests", what);
    auto found = descriptors_in(parsed, "layers", what);
    if (auto config = parsed.find("config"); config != parsed.end())
        found.insert(found.begin(), parse_descriptor(*config, what + ": config"));
    return found;
}

void check_document(const Descriptor &descriptor, const std::string &bytes) {
    if (descriptor.size != static_cast<std::int64_t>(bytes.size()))
        throw Error(fmt::format("{} is {} bytes long, and its descriptor says {}",
                                printable(descriptor.digest), bytes.size(), descriptor.size));
    auto digest = "sha256:" + sha256_hex(bytes);
    if (digest != descriptor.digest)
        throw Error(fmt::format("what came for {} has the digest {}", printable(descriptor.digest),
                                digest));
}

std::string platform_text(const store::Platform &platform) {
    if (platform.os.empty())
        return "unknown";
    auto text = platform.os;
    for (const auto *part : {&platform.architecture, &platform.variant})
        if (!part->empty())
            text += "/" + *part;
    return text;
}

} // namespace berth::registry
