// SPDX-License-Identifier: Apache-2.0
#include "compose_model.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include "compose_merge.hpp"
#include "compose_project.hpp"
#include "substitute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace berth::bake {

namespace {

using Variables = std::map<std::string, std::string>;

constexpr std::size_t most_includes = 100; // of nested includes

std::string below(const std::string &base, const std::string &path) {
    if (base.empty() || path.starts_with('/'))
        return clean_path(path);
    return clean_path(base + "/" + path);
}

std::string directory_part(const std::string &path) {
    auto slash = path.rfind('/');
    if (slash == std::string::npos)
        return {};
    return slash == 0 ? "/" : path.substr(0, slash);
}

// Drops unused attributes, so that they need no merge rules.
void keep_known(Yaml &model) {
    auto keep = [](Yaml &map, std::initializer_list<std::string_view> names) {
        for (auto it = map.begin(); it != map.end();)
            it = std::find(names.begin(), names.end(), it.key()) == names.end() ? map.erase(it)
                                                                                : std::next(it);
    };
    keep(model, {"services", "secrets", "include"});
    if (auto services = model.find("services"); services != model.end() && services->is_object())
        for (auto &service : *services)
            if (service.is_object())
                keep(service, {"image", "build", "environment", "env_file", "extends"});
}

template<class Function>
void for_each_in(Yaml &model, const char *section, Function function) {
    auto found = model.find(section);
    if (found == model.end() || found->is_null())
        return;
    if (!found->is_object())
        throw Error(fmt::format("{} must be a mapping", section));
    for (auto &[name, value] : found->items())
        function(name, value);
}

void drop_replaced(Yaml &value, const YamlPath &path, const std::vector<YamlPath> &replaced) {
    if (!value.is_object())
        return;
    auto next = path;
    next.emplace_back();
    for (auto it = value.begin(); it != value.end();) {
        next.back() = it.key();
        if (std::find(replaced.begin(), replaced.end(), next) != replaced.end()) {
            it = value.erase(it);
            continue;
        }
        drop_replaced(*it, next, replaced);
        ++it;
    }
}

class Loader {
  public:
    Loader(std::vector<std::string> &unset, std::string home)
        : unset_(unset), home_(std::move(home)) {}

    // Paths in the files are relative to `directory`.
    Yaml load(const std::vector<SourceFile> &files, const std::string &directory,
              const Variables &environment, const Strings &included) {
        Yaml model = Yaml::object();
        for (const auto &file : files)
            lay_over(model, file, directory, environment, included, true);
        for_each_in(model, "services", [&](const std::string &, Yaml &service) {
            if (!service.is_object())
                return;
            if (auto build = service.find("build"); build != service.end() && build->is_object())
                build->emplace("context", ".");
            rebase_service(service, directory, home_);
            resolve_environment(service, environment);
        });
        for_each_in(model, "secrets", [&](const std::string &, Yaml &secret) {
            rebase_secret(secret, directory, home_);
        });
        return model;
    }

  private:
    struct Base {
        Yaml services;
        std::vector<YamlPath> replaced;
        std::string file, directory; // and that of the file, for what it extends
    };

    // Merges one file into `model`. `whole`: with its `include` and `extends`.
    std::vector<YamlPath> lay_over(Yaml &model, const SourceFile &file,
                                   const std::string &directory, const Variables &environment,
                                   const Strings &included, bool whole) {
        std::vector<YamlPath> replaced;
        for (auto &document : parse_yaml(file.text, file.name)) {
            auto &part = document.value;
            if (part.is_null() && trim(file.text).empty())
                continue;
            if (!part.is_object())
                throw Error("top-level object must be a mapping");
            interpolate(part, lookup_in(environment), unset_);
            keep_known(part);
            if (whole) {
                auto loaded = included;
                loaded.push_back(file.name);
                include(part, directory, environment, loaded);
            }
            drop_replaced(model, {}, document.replaced);
            if (whole)
                extend_all(
                    part, {part.value("services", Yaml()), document.replaced, file.name, directory},
                    environment);
            merge_yaml(model, part, {});
            for_each_in(model, "services", [](const std::string &name, Yaml &service) {
                remove_duplicate_keys(service);
                if (service.is_object())
                    make_canonical(service, {"services", name});
            });
            replaced.insert(replaced.end(), document.replaced.begin(), document.replaced.end());
        }
        return replaced;
    }

    SourceFile read(const std::string &path) {
        return {.name = path, .text = read_file(path, std::size_t(16) << 20)};
    }

    void include(Yaml &model, const std::string &directory, const Variables &environment,
                 const Strings &included) {
        auto list = model.find("include");
        if (list == model.end())
            return;
        if (!list->is_null() && !list->is_array())
            throw Error("`include` must be a list");
        Yaml entries = *list;
        model.erase("include");
        for (const auto &entry : entries)
            include_one(model, entry.is_string() ? Yaml{{"path", entry}} : entry, directory,
                        environment, included);
    }

    static Strings strings_of(const Yaml &entry, const char *name) {
        Strings list;
        if (!entry.is_object() || !entry.contains(name) || entry[name].is_null())
            return list;
        const auto &value = entry[name];
        if (!value.is_array())
            return {scalar_text(value)};
        for (const auto &one : value)
            list.push_back(scalar_text(one));
        return list;
    }

    void include_one(Yaml &model, const Yaml &entry, const std::string &directory,
                     const Variables &environment, const Strings &included) {
        auto paths = strings_of(entry, "path");
        if (paths.empty())
            throw Error("`include` needs a path");
        std::vector<SourceFile> files;
        for (const auto &path : paths) {
            auto place = below(directory, path);
            if (std::find(included.begin(), included.end(), place) != included.end() ||
                included.size() > most_includes) {
                Strings circle(included.begin() + 1, included.end());
                circle.push_back(place);
                throw Error(fmt::format("include cycle detected:\n{}\n include {}", included[0],
                                        join(circle, "\n include ")));
            }
            files.push_back(read(place));
        }
        auto own = strings_of(entry, "project_directory");
        auto project = own.empty() ? directory_part(files[0].name) : below(directory, own.front());
        auto inner_environment = environment;
        for (auto &[name, value] : read_env_files(entry, directory, project, environment))
            inner_environment.emplace(name, value);
        auto imported = load(files, project, inner_environment, included);
        for (const auto *section : {"services", "secrets"})
            import(model, imported, section);
    }

    Variables read_env_files(const Yaml &entry, const std::string &directory,
                             const std::string &project, const Variables &environment) {
        Variables values;
        auto files = strings_of(entry, "env_file");
        std::error_code error;
        auto usual = below(project, ".env");
        if (files.empty()) {
            if (std::filesystem::is_regular_file(usual, error))
                values = read_env_file(read_file(usual), environment);
            return values;
        }
        for (const auto &file : files)
            if (file != "/dev/null")
                for (auto &[name, value] :
                     read_env_file(read_file(below(directory, file)), environment))
                    values[name] = value;
        return values;
    }

    static void import(Yaml &model, const Yaml &imported, const char *section) {
        if (!imported.contains(section) || !imported[section].is_object())
            return;
        auto &target = model[section];
        if (target.is_null())
            target = Yaml::object();
        for (const auto &[name, value] : imported[section].items()) {
            if (!target.contains(name)) {
                target[name] = value;
            } else if (target[name] != value) {
                auto merged = value;
                merge_yaml(merged, target[name], {section, name});
                target[name] = merged;
            }
        }
    }

    void extend_all(Yaml &model, Base base, const Variables &environment) {
        for_each_in(model, "services", [&](const std::string &name, Yaml &service) {
            service = extended(name, base, environment, {});
        });
    }

    // The service with its `extends` resolved. Keeps the result in `base`.
    Yaml extended(const std::string &name, Base &base, const Variables &environment, Strings path) {
        auto &service = base.services[name];
        if (service.is_null())
            return service;
        if (!service.is_object())
            throw Error(fmt::format("services.{} must be a mapping", printable(name)));
        auto extends = service.find("extends");
        if (extends == service.end())
            return service;
        auto [parent, file] = parent_of_service(name, *extends);
        check_circle(path, name, base.file, file);
        Yaml parent_service;
        std::vector<YamlPath> replaced = base.replaced;
        if (file.empty()) {
            if (!base.services.contains(parent))
                throw Error(fmt::format("cannot extend service \"{}\" in {}: service \"{}\" not "
                                        "found",
                                        printable(name), printable(base.file), printable(parent)));
            parent_service = extended(parent, base, environment, path);
        } else {
            auto other = read_base(name, parent, file, base.directory, environment);
            replaced.insert(replaced.end(), other.replaced.begin(), other.replaced.end());
            parent_service = extended(parent, other, environment, path);
        }
        if (!parent_service.is_object())
            return base.services[name];
        drop_replaced(parent_service, {"services", name}, replaced);
        merge_yaml(parent_service, base.services[name], {"services", "x"});
        parent_service.erase("extends");
        base.services[name] = parent_service;
        return parent_service;
    }

    static std::pair<std::string, std::string> parent_of_service(const std::string &name,
                                                                 const Yaml &extends) {
        if (extends.is_string())
            return {extends.get<std::string>(), {}};
        if (!extends.is_object() || !extends.contains("service") || !extends["service"].is_string())
            throw Error(fmt::format("extends.{}.service is required", printable(name)));
        return {extends["service"].get<std::string>(),
                extends.contains("file") ? scalar_text(extends["file"]) : std::string()};
    }

    static void check_circle(Strings &path, const std::string &name, const std::string &here,
                             const std::string &file) {
        auto step = name + " in " + (file.empty() ? here : file);
        if (std::find(path.begin(), path.end(), step) != path.end() ||
            path.size() > most_includes) {
            Strings rest(path.begin() + 1, path.end());
            rest.push_back(step);
            throw Error(fmt::format("Circular reference:\n  {}\n  extends {}", path[0],
                                    join(rest, "\n  extends ")));
        }
        path.push_back(step);
    }

    Base read_base(const std::string &name, const std::string &parent, const std::string &file,
                   const std::string &directory, const Variables &environment) {
        auto place = below(directory, file);
        Yaml model = Yaml::object();
        auto replaced = lay_over(model, read(place), directory_part(place), environment, {}, false);
        if (!model.contains("services"))
            throw Error(fmt::format("cannot extend service \"{}\" in {}: no services section",
                                    printable(name), printable(place)));
        for_each_in(model, "services", [&](const std::string &, Yaml &service) {
            rebase_service(service, directory_part(place), home_);
        });
        if (!model["services"].contains(parent))
            throw Error(fmt::format("cannot extend service \"{}\" in {}: service \"{}\" not found "
                                    "in {}",
                                    printable(name), printable(file), printable(parent),
                                    printable(file)));
        return {model["services"], replaced, file, directory_part(place)};
    }

    static void resolve_environment(Yaml &service, const Variables &environment) {
        auto list = service.find("environment");
        if (list == service.end() || !list->is_array())
            return;
        for (auto &entry : *list)
            if (entry.is_string())
                if (auto found = environment.find(entry.get<std::string>());
                    found != environment.end())
                    entry = found->first + "=" + found->second;
    }

    std::vector<std::string> &unset_;
    std::string home_;
};

} // namespace

ComposeModel load_compose(const std::vector<SourceFile> &files,
                          const std::map<std::string, std::string> &environment) {
    ComposeModel model;
    auto home = environment.find("HOME");
    Loader loader(model.unset, home == environment.end() ? std::string() : home->second);
    model.variables = environment;
    model.variables["COMPOSE_PROJECT_NAME"] = project_name(files, environment);
    model.value = loader.load(files, "", model.variables, {});
    if (!model.value.contains("services") && !model.value.contains("secrets"))
        throw Error("empty compose file");
    return model;
}

} // namespace berth::bake
