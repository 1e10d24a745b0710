#include "berth/build/attestations.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::build {

namespace {

constexpr std::array annotation_types = {"index", "index-descriptor", "manifest",
                                         "manifest-descriptor"};

// `index` or `manifest[linux/amd64]`, checked.
std::string exporter_key(std::string_view type_and_platform, const std::string &key) {
    auto bracket = std::min(type_and_platform.find('['), type_and_platform.size());
    auto type = type_and_platform.substr(0, bracket);
    auto platform = type_and_platform.substr(bracket);
    if (std::find(annotation_types.begin(), annotation_types.end(), type) == annotation_types.end())
        throw usage_error(
            fmt::format("parse annotations: unknown annotation type \"{}\"", printable(type)),
            "it is index, index-descriptor, manifest or manifest-descriptor");
    if (!platform.empty() && (platform.size() < 3 || !platform.ends_with(']')))
        throw usage_error(fmt::format("parse annotations: invalid annotation type \"{}\", expected "
                                      "type and optional platform in square brackets",
                                      printable(type_and_platform)));
    return fmt::format("annotation-{}{}.{}", type, platform, key);
}

} // namespace

std::string attestation(const std::string &type, const std::string &value) {
    if (auto wanted = parse_bool(value))
        return fmt::format("type={},disabled={}", type, *wanted ? "false" : "true");
    return fmt::format("type={},{}", type, value);
}

std::map<std::string, std::optional<std::string>>
read_attestations(const std::vector<std::string> &values) {
    std::map<std::string, std::optional<std::string>> all;
    for (const auto &value : values) {
        std::string type;
        bool wanted = true;
        std::vector<std::string> parameters;
        for (const auto &field : parse_csv(value)) {
            auto key = field.substr(0, field.find('='));
            auto text = key.size() < field.size() ? field.substr(key.size() + 1) : "";
            if (key == "type") {
                type = text;
            } else if (key == "disabled") {
                auto disabled = parse_bool(text);
                if (!disabled)
                    throw usage_error(fmt::format("invalid value \"{}\" of disabled in --attest",
                                                  printable(text)),
                                      "write true or false");
                wanted = !*disabled;
            } else {
                parameters.push_back(csv_field(field));
            }
        }
        if (type.empty())
            throw usage_error("attestation type not specified",
                              "write --attest type=provenance or type=sbom");
        all[type] = wanted ? std::optional(join(parameters, ",")) : std::nullopt;
    }
    return all;
}

void add_annotations(const std::vector<std::string> &annotations, std::vector<Output> &outputs) {
    std::vector<std::pair<std::string, std::string>> attributes;
    for (const auto &annotation : annotations) {
        auto equals = annotation.find('=');
        if (equals == std::string::npos)
            throw usage_error(fmt::format("parse annotations: invalid annotation \"{}\", expected "
                                          "key=value",
                                          printable(annotation)));
        auto key = annotation.substr(0, equals), value = annotation.substr(equals + 1);
        auto colon = key.find(':');
        if (colon == std::string::npos) {
            attributes.emplace_back("annotation." + key, value);
            continue;
        }
        for (const auto &type : split(std::string_view(key).substr(0, colon), ','))
            attributes.emplace_back(exporter_key(type, key.substr(colon + 1)), value);
    }
    for (auto &output : outputs)
        if (output.type == "image" || output.type == "registry" || output.type == "oci" ||
            output.as_layout || output.for_containerd)
            output.attributes.insert(output.attributes.end(), attributes.begin(), attributes.end());
}

} // namespace berth::build
