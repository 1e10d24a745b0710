// SPDX-License-Identifier: Apache-2.0
#include "compose_project.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "substitute.hpp"
#include "yaml.hpp"

namespace berth::bake {
namespace {

std::string name_in(const std::vector<SourceFile> &files) {
    std::string name;
    for (const auto &file : files) {
        if (file.text.find("name") == std::string::npos) // saves the parser
            continue;
        try {
            for (const auto &document : parse_yaml(file.text, file.name))
                if (auto own = document.value.value("name", Yaml());
                    own.is_primitive() && !scalar_text(own).empty())
                    name = scalar_text(own);
        } catch (const Error &) { // whoever needs more of the file reports it
        } catch (const Yaml::exception &) {
        }
    }
    return name;
}

} // namespace

std::string project_name(const std::vector<SourceFile> &files,
                         const std::map<std::string, std::string> &environment) {
    auto variable = lookup_in(environment);
    Yaml named = {{"name", name_in(files)}};
    std::vector<std::string> unset; // the loader reports them, too
    interpolate(named, variable, unset);
    auto name = scalar_text(named["name"]);
    if (name.empty())
        name = variable("COMPOSE_PROJECT_NAME").value_or("");
    return name.empty() ? "bake" : name;
}

} // namespace berth::bake
