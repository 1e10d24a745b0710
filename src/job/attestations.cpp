// SPDX-License-Identifier: Apache-2.0
#include "berth/job/attestations.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::job {

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
            "use index, index-descriptor, manifest or manifest-descriptor");
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

namespace {

struct Attestation {
    std::string type;
    bool disabled = false;
    std::map<std::string, std::string> parameters;
};

Attestation read_attestation(const std::string &text) {
    Attestation attestation;
    for (const auto &field : parse_csv(text)) {
        auto equals = field.find('=');
        if (equals == std::string::npos)
            throw usage_error(
                fmt::format("invalid value {} of --attest {}", printable(field), printable(text)),
                "write KEY=VALUE, for example type=provenance,mode=min");
        auto key = lower(field.substr(0, equals));
        auto value = field.substr(equals + 1);
        if (trim(key) == "type") {
            attestation.type = value;
        } else if (trim(key) == "disabled") {
            auto disabled = parse_bool(value);
            if (!disabled)
                throw usage_error(
                    fmt::format("invalid value \"{}\" of disabled in --attest", printable(value)),
                    "write true or false");
            attestation.disabled = *disabled;
        } else {
            attestation.parameters[field.substr(0, equals)] = value;
        }
    }
    if (attestation.type.empty())
        throw usage_error("attestation type not specified",
                          "write --attest type=provenance or type=sbom");
    return attestation;
}

bool of_an_index(const std::vector<std::pair<std::string, std::string>> &attributes) {
    return std::any_of(attributes.begin(), attributes.end(), [](const auto &attribute) {
        return attribute.first.starts_with("annotation-index");
    });
}

} // namespace

std::map<std::string, std::optional<std::string>>
read_attestations(const std::vector<std::string> &values) {
    std::map<std::string, std::optional<std::string>> all;
    for (const auto &value : values) {
        auto attestation = read_attestation(value);
        std::vector<std::string> fields = {csv_field("type=" + attestation.type)};
        for (const auto &[key, text] : attestation.parameters)
            fields.push_back(csv_field(key + "=" + text));
        // The first one of a type wins; --provenance and --sbom come after --attest.
        all.try_emplace(attestation.type,
                        attestation.disabled ? std::nullopt : std::optional(join(fields, ",")));
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
    for (auto &output : outputs) {
        bool keeps = output.type == "image" || output.type == "registry" || output.type == "oci" ||
                     output.as_layout || output.for_containerd;
        if (keeps)
            output.attributes.insert(output.attributes.end(), attributes.begin(), attributes.end());
        else if (output.type == "docker" && of_an_index(attributes))
            throw Error(
                "failed to build: index annotations not supported for single platform export",
                ExitCode::failure, "annotate the manifest: --annotation KEY=VALUE");
    }
}

} // namespace berth::job
