// SPDX-License-Identifier: Apache-2.0
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "compose_service.hpp"

#include <fmt/format.h>

#include <map>

namespace berth::bake {

namespace {

enum class Shape { text, texts, flag, list_or_map, anything };

const std::map<std::string, Shape> &build_attributes() {
    static const std::map<std::string, Shape> attributes{
        {"context", Shape::text},
        {"dockerfile", Shape::text},
        {"dockerfile_inline", Shape::text},
        {"entitlements", Shape::texts},
        {"args", Shape::list_or_map},
        {"ssh", Shape::list_or_map},
        {"labels", Shape::list_or_map},
        {"cache_from", Shape::texts},
        {"cache_to", Shape::texts},
        {"no_cache", Shape::flag},
        {"no_cache_filter", Shape::anything},
        {"additional_contexts", Shape::list_or_map},
        {"network", Shape::text},
        {"provenance", Shape::anything},
        {"sbom", Shape::anything},
        {"pull", Shape::flag},
        {"target", Shape::text},
        {"shm_size", Shape::anything},
        {"extra_hosts", Shape::list_or_map},
        {"isolation", Shape::text},
        {"privileged", Shape::flag},
        {"secrets", Shape::anything},
        {"tags", Shape::texts},
        {"ulimits", Shape::anything},
        {"platforms", Shape::texts}};
    return attributes;
}

void check_attribute(const std::string &where, const std::string &name, Shape shape,
                     const Yaml &value) {
    auto fail = [&](const std::string &wanted) {
        throw Error(fmt::format("{}.{} must be a {}", where, name, wanted));
    };
    if (shape == Shape::text && !value.is_string())
        fail("string");
    if (shape == Shape::texts && !value.is_array())
        fail("array");
    if (shape == Shape::texts)
        for (std::size_t i = 0; i < value.size(); i++)
            if (!value[i].is_string())
                throw Error(fmt::format("{}.{}.{} must be a string", where, name, i));
    if (shape == Shape::flag && !value.is_boolean() && !value.is_string())
        fail("boolean or string");
    if (shape == Shape::list_or_map && !value.is_structured())
        fail("mapping");
}

void check_build(const std::string &service, const Yaml &build) {
    auto where = fmt::format("services.{}.build", printable(service));
    Yaml unknown = Yaml::array();
    for (const auto &[name, value] : build.items()) {
        if (name.starts_with("x-"))
            continue;
        auto found = build_attributes().find(name);
        if (found == build_attributes().end())
            throw Error(
                fmt::format("{} additional properties '{}' not allowed", where, printable(name)));
        check_attribute(where, name, found->second, value);
    }
}

bool is_service_name(const std::string &name) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !name.empty() && name.find_first_not_of(allowed) == std::string::npos;
}

} // namespace

void check_schema(const Yaml &model) {
    if (!model.contains("services"))
        return;
    if (!model["services"].is_object())
        throw Error("services must be a mapping");
    for (const auto &[name, service] : model["services"].items()) {
        if (!is_service_name(name))
            throw Error(
                fmt::format("services additional properties '{}' not allowed", printable(name)));
        if (service.is_null())
            continue;
        if (!service.is_object())
            throw Error(fmt::format("services.{} must be a mapping", printable(name)));
        if (auto build = service.find("build"); build != service.end() && build->is_object())
            check_build(name, *build);
    }
}

} // namespace berth::bake
