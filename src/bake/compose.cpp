// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/compose.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "compose_model.hpp"
#include "compose_service.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::bake {

namespace {

using Variables = std::map<std::string, std::string>;

Strings warnings_of(const Strings &unset) {
    Strings warnings;
    for (const auto &name : unset)
        warnings.push_back(fmt::format(
            "The \"{}\" variable is not set. Defaulting to a blank string.", printable(name)));
    return warnings;
}

bool has_build(const Yaml &services, const std::string &name) {
    auto found = services.find(name);
    return found != services.end() && found->is_object() && found->contains("build");
}

void check_links(const std::string &name, const Yaml &build, const Yaml &services) {
    auto contexts = build.find("additional_contexts");
    if (contexts == build.end() || !contexts->is_object())
        return;
    for (const auto &[context, value] : contexts->items()) {
        auto text = scalar_text(value);
        if (!text.starts_with("service:"))
            continue;
        auto other = text.substr(std::string_view("service:").size());
        if (!has_build(services, other))
            throw Error(fmt::format("service \"{}\" declares {} service \"{}\" as additional "
                                    "contexts {}",
                                    printable(name),
                                    services.contains(other) ? "non-buildable" : "unknown",
                                    printable(other), printable(context)));
    }
}

// Checks references between services: once for all files, not for each.
void check_service(const std::string &name, const Yaml &service, const Yaml &model) {
    auto invalid = [&](const std::string &reason) {
        throw Error(
            fmt::format("service \"{}\" {}: invalid compose project", printable(name), reason));
    };
    bool builds = service.contains("build");
    if (!builds && scalar_text(service.value("image", Yaml())).empty())
        invalid("has neither an image nor a build context specified");
    if (!builds)
        return;
    const auto &build = service["build"];
    if (build.contains("dockerfile") && build.contains("dockerfile_inline"))
        invalid("declares mutualy exclusive dockerfile and dockerfile_inline");
    check_links(name, build, model["services"]);
    for (const auto &secret : build.value("secrets", Yaml::array())) {
        auto source = scalar_text(secret.value("source", Yaml()));
        if (!model.contains("secrets") || !model["secrets"].contains(source))
            invalid("refers to undefined build secret " + printable(source));
    }
}

Config config_of(const ComposeModel &model) {
    Config config;
    auto services = model.value.value("services", Yaml::object());
    if (services.empty())
        return config;
    Group group{.name = "default"};
    auto secrets = model.value.value("secrets", Yaml::object());
    if (!secrets.is_object())
        secrets = Yaml::object();
    for (const auto &[name, service] : services.items()) {
        if (!service.is_object() || !service.contains("build"))
            continue;
        auto target_name = target_name_of(name);
        try {
            check_target_name(target_name);
        } catch (const Error &error) {
            throw Error(fmt::format("invalid service name \"{}\": {}", printable(target_name),
                                    error.what()));
        }
        auto target = target_of_service(service, secrets, model.variables);
        target.name = target_name;
        if (!group.targets)
            group.targets.emplace();
        group.targets->push_back(target_name);
        config.targets.push_back(std::move(target));
    }
    config.groups.push_back(std::move(group));
    return config;
}

} // namespace

ComposeResult read_compose(const std::vector<SourceFile> &files, const Variables &environment) {
    ComposeResult result;
    try {
        auto model = load_compose(files, environment);
        check_schema(model.value);
        if (model.value.contains("services"))
            for (const auto &[name, service] : model.value["services"].items())
                if (!service.is_null())
                    check_service(name, service, model.value);
        result.config = config_of(model);
        result.warnings = warnings_of(model.unset);
    } catch (const Error &error) {
        throw Error(fmt::format("failed to parse compose file: {}", error.what()));
    } catch (const Yaml::exception &) {
        throw Error("failed to parse compose file: a value has an unexpected type");
    }
    return result;
}

std::optional<std::string> compose_problem(const SourceFile &file, const Variables &environment,
                                           Strings &warnings) {
    try {
        auto model = load_compose({{.name = "", .text = file.text}}, environment);
        check_schema(model.value);
        auto found = warnings_of(model.unset);
        warnings.insert(warnings.end(), found.begin(), found.end());
    } catch (const Error &error) {
        return error.what();
    } catch (const Yaml::exception &) {
        return "a value has an unexpected type";
    }
    return {};
}

} // namespace berth::bake
