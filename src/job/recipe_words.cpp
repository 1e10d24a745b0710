// SPDX-License-Identifier: Apache-2.0
#include "recipe_words.hpp"

#include "berth/job/cache_credentials.hpp"
#include "berth/store/proxies.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::job {
namespace {

using Words = std::vector<std::string>;

std::string fields_of(const std::string &type,
                      const std::map<std::string, std::string> &attributes) {
    Words fields = {"type=" + type};
    for (const auto &[key, value] : attributes)
        fields.push_back(csv_field(key + "=" + value));
    return join(fields, ",");
}

// A cache in a directory of the builder, without secrets.
std::string cache_words(const CacheEntry &entry, const char *key, const std::string &folder) {
    std::map<std::string, std::string> attributes;
    for (const auto &[name, value] : entry.attributes)
        if (!is_secret_attribute(name))
            attributes[name] = value;
    if (entry.local())
        attributes[key] = folder;
    return fields_of(entry.type, attributes);
}

void add_caches(Words &words, const Recipe &recipe, const RecipePlaces &places) {
    std::size_t from = 0, to = 0;
    for (const auto &entry : recipe.inputs.caches.from)
        words.insert(
            words.end(),
            {"--import-cache",
             cache_words(entry, "src", entry.local() ? places.caches_from.at(from++).first : "")});
    for (const auto &entry : recipe.inputs.caches.to)
        words.insert(
            words.end(),
            {"--export-cache",
             cache_words(entry, "dest", entry.local() ? places.caches_to.at(to++).first : "")});
}

void add_secrets(Words &words, const Recipe &recipe, const RecipePlaces &places) {
    std::size_t number = 0;
    for (const auto &secret : recipe.inputs.secrets)
        words.insert(words.end(), {"--secret", fmt::format("id={},src={}/secret{}", secret.id,
                                                           places.secrets, number++)});
    for (const auto &source : recipe.inputs.ssh) {
        Words keys;
        for (std::size_t i = 0; i < source.keys.size(); ++i)
            keys.push_back(fmt::format("{}/secret{}", places.secrets, number++));
        if (!keys.empty())
            words.insert(words.end(), {"--ssh", source.id + "=" + join(keys, ",")});
    }
}

} // namespace

bool is_secret_proxy(const std::string &key, const std::string &value) {
    auto name = lower(key);
    return name.starts_with("build-arg:") && name.ends_with("_proxy") && store::has_password(value);
}

bool is_of_environment(const BuildOptions &options, const std::string &key) {
    constexpr std::string_view prefix = "build-arg:";
    return key.starts_with(prefix) &&
           std::find(options.build_args.begin(), options.build_args.end(),
                     key.substr(prefix.size())) != options.build_args.end();
}

RecipePlaces recipe_places(const Recipe &recipe) {
    const auto &inputs = recipe.inputs;
    RecipePlaces places{
        .place = "/var/lib/buildkit/berth/dry-run",
        .contexts = contexts_of(inputs.context, inputs.named, recipe.options, recipe.client_id),
        .secrets = "/dev/shm/berth-dry-run",
        .metadata = "/tmp/berth-dry-run.json"};
    for (const auto &[name, path] : places.contexts.directories) {
        places.folders[name] = fmt::format("{}/{}", places.place, name);
        if (name != "context" && name != "dockerfile")
            places.copied[name] = path;
    }
    for (const auto &[name, path] : places.contexts.layouts) {
        places.folders[name] = fmt::format("{}/{}", places.place, name);
        places.copied[name] = path;
    }
    for (const auto &entry : inputs.caches.from)
        if (entry.local())
            places.caches_from.emplace_back(
                fmt::format("{}/cache-from{}", places.place, places.caches_from.size()),
                entry.attribute("src"));
    for (const auto &entry : inputs.caches.to)
        if (entry.local())
            places.caches_to.emplace_back(
                fmt::format("{}/cache-to{}", places.place, places.caches_to.size()),
                entry.attribute("dest"));
    return places;
}

std::vector<std::string> recipe_words(const Recipe &recipe, const RecipePlaces &places) {
    const auto &inputs = recipe.inputs;
    Words words = {"buildctl", "build", "--frontend", inputs.frontend.name};
    auto attributes = places.contexts.attributes;
    auto locals = places.contexts.directories;
    if (inputs.context.kind == context::LocalContext::Kind::archive) {
        attributes.erase("context"); // unpacked
        locals.try_emplace("context");
        if (locals.try_emplace("dockerfile").second)
            words.insert(words.end(), {"--local", "dockerfile=" + places.place + "/context"});
    }
    for (const auto &[name, ignored] : locals) {
        auto folder = places.folders.find(name);
        if (folder != places.folders.end())
            words.insert(words.end(), {"--local", name + "=" + folder->second});
        else if (name == "context")
            words.insert(words.end(), {"--local", "context=" + places.place + "/context"});
    }
    for (const auto &[name, ignored] : places.contexts.layouts)
        words.insert(words.end(), {"--oci-layout", name + "=" + places.folders.at(name)});
    for (const auto &all : {attributes, inputs.frontend.attributes})
        for (const auto &[key, value] : all)
            if (!key.starts_with("sharedkey:") && !is_secret_proxy(key, value) &&
                !is_of_environment(recipe.options, key))
                words.insert(words.end(), {"--opt", key + "=" + value});
    for (const auto &entitlement : inputs.frontend.entitlements)
        words.insert(words.end(), {"--allow", entitlement});
    add_secrets(words, recipe, places);
    add_caches(words, recipe, places);
    words.emplace_back("--progress=plain");
    return words;
}

std::string recipe_output(const Output &output, const std::vector<std::string> &tags) {
    auto exporter = exporter_of(output, tags);
    if (output.as_folder())
        exporter.attributes.erase("tar"); // it arrives as an archive, and is unpacked here
    if (output.type == "local")
        exporter.type = "tar";
    if (output.to_client())
        exporter.attributes["dest"] = "-";
    return fields_of(exporter.type, exporter.attributes);
}

} // namespace berth::job
