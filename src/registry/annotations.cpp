// SPDX-License-Identifier: Apache-2.0
#include "berth/builder/platform.hpp"
#include "berth/registry/combine.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::registry {

namespace {

constexpr std::array types = {"index", "index-descriptor", "manifest", "manifest-descriptor"};

Annotation parse_type(const std::string &text) {
    auto bracket = std::min(text.find('['), text.size());
    Annotation annotation{.type = text.substr(0, bracket)};
    auto platform = text.substr(bracket);
    bool bad_type =
        annotation.type.empty() ||
        annotation.type.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != std::string::npos;
    if (bad_type || (!platform.empty() && (platform.size() < 3 || !platform.ends_with(']'))))
        throw usage_error(fmt::format("failed to parse annotations: invalid annotation type "
                                      "\"{}\", expected type and optional platform in square "
                                      "brackets",
                                      printable(text)));
    if (std::find(types.begin(), types.end(), annotation.type) == types.end())
        throw usage_error(fmt::format("failed to parse annotations: unknown annotation type "
                                      "\"{}\"",
                                      printable(annotation.type)),
                          "`imagetools create` knows index and manifest-descriptor");
    if (!platform.empty())
        annotation.platform = builder::format_platform(
            builder::parse_platform(platform.substr(1, platform.size() - 2)));
    return annotation;
}

} // namespace

std::vector<Annotation> parse_annotations(const std::vector<std::string> &values) {
    std::vector<Annotation> annotations;
    for (const auto &value : values) {
        if (value.empty())
            continue;
        auto equals = value.find('=');
        if (equals == std::string::npos)
            throw usage_error(fmt::format("failed to parse annotations: invalid annotation "
                                          "\"{}\", expected key=value",
                                          printable(value)));
        auto key = value.substr(0, equals);
        auto colon = key.find(':');
        if (colon == std::string::npos) {
            annotations.push_back({.key = key, .value = value.substr(equals + 1)});
            continue;
        }
        for (const auto &type : split(key.substr(0, colon), ',')) {
            auto annotation = parse_type(type);
            annotation.key = key.substr(colon + 1);
            annotation.value = value.substr(equals + 1);
            annotations.push_back(std::move(annotation));
        }
    }
    return annotations;
}

} // namespace berth::registry
