// SPDX-License-Identifier: Apache-2.0
#include "part_outputs.hpp"

#include "berth/registry/reference.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace berth::job {

namespace {

bool is_true(const Output &output, std::string_view key) {
    return parse_bool(output.attribute(key)).value_or(false);
}

bool comes_here(const Output &output) {
    return output.type == "oci" || output.to_engine();
}

void set_attribute(Output &output, const std::string &key, const std::string &value) {
    std::erase_if(output.attributes, [&key](const auto &one) { return one.first == key; });
    output.attributes.emplace_back(key, value);
}

std::vector<std::string> names_of(const Output &output, const std::vector<std::string> &tags) {
    if (!tags.empty())
        return tags;
    auto name = output.attribute("name");
    return name.empty() ? std::vector<std::string>() : split(name, ',');
}

std::vector<std::string> repositories(const std::vector<std::string> &names) {
    std::set<std::string> found;
    for (const auto &name : names)
        found.insert(registry::parse_reference(name).name());
    return {found.begin(), found.end()};
}

// Without those of the destination.
std::vector<std::pair<std::string, std::string>> image_attributes(const Output &output) {
    static const std::set<std::string> of_destination = {
        "name", "tar", "context", "push", "push-by-digest", "registry.insecure", "unpack", "store"};
    auto attributes = output.attributes;
    std::erase_if(attributes, [](const auto &one) { return of_destination.contains(one.first); });
    return attributes;
}

Error only_one_node(const std::string &what) {
    return Error(
        fmt::format("failed to build: {} for multi-node builds currently not supported", what),
        ExitCode::failure, "build for one platform, or push with --push");
}

void check(const std::vector<Output> &outputs) {
    const Output *first = nullptr;
    for (const auto &output : outputs) {
        if (output.type == "tar")
            throw only_one_node("tar");
        if (output.removes_others()) // each node would remove the files of the others
            throw only_one_node("local with mode=delete");
        if (output.type == "docker" && !output.as_layout)
            throw Error("failed to build: docker exporter does not currently support exporting "
                        "manifest lists",
                        ExitCode::failure,
                        "load one platform at a time with --platform, push the image, or "
                        "write it with -o type=oci");
        if (!output.pushed() && !comes_here(output))
            continue;
        if (first && image_attributes(*first) != image_attributes(output))
            throw only_one_node("outputs of an image with different options");
        first = &output;
    }
}

// annotation-TYPE[PLATFORM].KEY, of the types that an index has.
std::optional<registry::Annotation> annotation_of(const std::string &attribute,
                                                  const std::string &value) {
    constexpr std::string_view prefix = "annotation-";
    if (!attribute.starts_with(prefix))
        return std::nullopt;
    auto end = attribute.find_first_of(".[", prefix.size());
    if (end == std::string::npos)
        return std::nullopt;
    registry::Annotation annotation{.type = attribute.substr(prefix.size(), end - prefix.size()),
                                    .value = value};
    if (annotation.type != "index" && annotation.type != "manifest-descriptor")
        return std::nullopt;
    if (attribute[end] == '[') {
        auto close = attribute.find(']', end);
        if (close == std::string::npos || close + 1 >= attribute.size())
            return std::nullopt;
        annotation.platform = attribute.substr(end + 1, close - end - 1);
        end = close + 1;
    }
    annotation.key = attribute.substr(end + 1);
    return annotation;
}

} // namespace

JointOutputs joint_outputs(const std::vector<Output> &outputs,
                           const std::vector<std::string> &tags) {
    check(outputs);
    JointOutputs joint;
    for (const auto &output : outputs) {
        for (const auto &[key, value] : output.attributes)
            if (auto annotation = annotation_of(key, value))
                joint.annotations.push_back(std::move(*annotation));
        if (comes_here(output))
            joint.here.push_back({output, names_of(output, tags)});
        if (!output.pushed())
            continue;
        joint.insecure = joint.insecure || is_true(output, "registry.insecure");
        for (const auto &name : names_of(output, tags))
            if (std::find(joint.pushed.begin(), joint.pushed.end(), name) == joint.pushed.end())
                joint.pushed.push_back(name);
    }
    return joint;
}

std::vector<Output> outputs_of_part(const std::vector<Output> &outputs,
                                    const std::vector<std::string> &tags,
                                    const std::filesystem::path &layout) {
    std::vector<Output> of_part;
    bool has_layout = false, any_here = std::any_of(outputs.begin(), outputs.end(), comes_here);
    for (auto output : outputs) {
        if (output.pushed() && any_here)
            continue;
        if (comes_here(output)) {
            if (!std::exchange(has_layout, true)) {
                auto attributes = image_attributes(output);
                attributes.emplace_back("tar", "false");
                of_part.push_back({.type = "oci",
                                   .destination = layout.string(),
                                   .attributes = std::move(attributes)});
            }
            continue;
        }
        auto names = names_of(output, tags);
        if (output.pushed()) {
            names = repositories(names);
            set_attribute(output, "push-by-digest", "true");
        }
        if ((output.type == "image" || output.type == "registry") && !names.empty())
            set_attribute(output, "name", join(names, ","));
        of_part.push_back(std::move(output));
    }
    return of_part;
}

} // namespace berth::job
