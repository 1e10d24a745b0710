// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/definition.hpp"

#include "berth/bake/overrides.hpp"
#include "berth/bake/relative_paths.hpp"
#include "berth/util/strings.hpp"

#include "hcl_definition.hpp"

#include <fmt/format.h>

namespace berth::bake {

namespace {

using Variables = std::map<std::string, std::string>;

struct Sorted {
    std::vector<SourceFile> compose;
    std::vector<hcl::BodyPtr> bodies;
    hcl::Sources texts;
    Strings warnings;
};

// Errors of the file's syntax.
hcl::BodyPtr parse(const SourceFile &file, bool json, hcl::Diagnostics &diagnostics) {
    auto parsed = json ? hcl::parse_json(file.text, file.name, diagnostics)
                       : hcl::parse_native(file.text, file.name, diagnostics);
    return parsed.body;
}

hcl::BodyPtr parse_by_name(const SourceFile &file, const hcl::Sources &texts) {
    hcl::Diagnostics diagnostics;
    auto body = parse(file, file.name.ends_with(".json"), diagnostics);
    if (hcl::has_errors(diagnostics))
        throw_diagnostics(diagnostics, texts);
    return body;
}

// A file with an unknown extension is tried as Compose, then HCL, then JSON.
void add_by_content(Sorted &sorted, const SourceFile &file, const Variables &environment) {
    auto problem = compose_problem(file, environment, sorted.warnings);
    if (!problem) {
        sorted.compose.push_back(file);
        return;
    }
    SourceFile native{.name = file.name + ".hcl", .text = file.text};
    SourceFile json{.name = file.name + ".json", .text = file.text};
    hcl::Diagnostics of_native, of_json;
    auto body = parse(native, false, of_native);
    sorted.texts[native.name] = sorted.texts[json.name] = file.text;
    if (hcl::has_errors(of_native))
        body = parse(json, true, of_json);
    if (hcl::has_errors(of_json))
        throw DefinitionError(fmt::format("failed to parse {}: parsing yaml: {}, parsing hcl: {}",
                                          printable(file.name), *problem,
                                          hcl::diagnostics_text(of_native)),
                              hcl::render(of_native, sorted.texts));
    sorted.bodies.push_back(body);
}

Sorted sort_files(const std::vector<SourceFile> &files, const Variables &environment) {
    Sorted sorted;
    for (const auto &file : files)
        sorted.texts[file.name] = file.text;
    for (const auto &file : files) {
        auto name = lower(file.name);
        if (name.ends_with(".yml") || name.ends_with(".yaml")) {
            if (auto problem = compose_problem(file, environment, sorted.warnings))
                throw Error(*problem);
            sorted.compose.push_back(file);
        } else if (name.ends_with(".json") || name.ends_with(".hcl")) {
            sorted.bodies.push_back(parse_by_name(file, sorted.texts));
        } else {
            add_by_content(sorted, file, environment);
        }
    }
    return sorted;
}

void set_compose_bases(Config &config, const std::vector<SourceFile> &files) {
    auto base = directory_of(files.front().name);
    if (!base)
        return;
    for (auto &target : config.targets) {
        target.bases.fallback = *base;
        if (target.context)
            target.bases.context = *base;
        set_named_bases(target, *base);
    }
}

} // namespace

Definition read_definition(const std::vector<SourceFile> &files, const DefinitionOptions &options,
                           const Environment &environment) {
    auto variables = compose_environment(environment, options.variables);
    auto sorted = sort_files(files, variables);
    Definition definition{.warnings = sorted.warnings};
    if (!sorted.compose.empty()) {
        auto composed = read_compose(sorted.compose, variables);
        if (options.relative_paths)
            set_compose_bases(composed.config, sorted.compose);
        merge(definition.config, composed.config);
        definition.warnings.insert(definition.warnings.end(), composed.warnings.begin(),
                                   composed.warnings.end());
    }
    if (!sorted.bodies.empty()) {
        auto names = options.variables;
        if (environment_allowed(environment))
            names.insert(environment.all().begin(), environment.all().end());
        evaluate_bodies(sorted.bodies, sorted.texts, options.builtins, names, definition);
        merge_duplicates(definition.config);
    }
    if (options.relative_paths)
        rebase_contexts(definition.config);
    return definition;
}

Variables read_variables(const Strings &texts) {
    Variables variables;
    for (const auto &text : texts) {
        if (text.empty())
            continue;
        auto equals = text.find('=');
        if (equals == std::string::npos)
            throw Error(
                fmt::format("invalid variable \"{}\", expected key=value", printable(text)));
        if (equals == 0)
            throw Error(fmt::format("invalid variable \"{}\", key is empty", printable(text)));
        variables[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return variables;
}

} // namespace berth::bake
