#include "berth/store/docker_contexts.hpp"

#include "berth/store/store.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <system_error>

namespace berth::store {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const json *at(const json &value, const char *name) {
    auto found = value.is_object() ? value.find(name) : value.end();
    return value.is_object() && found != value.end() ? &*found : nullptr;
}

std::string text(const json *value) {
    return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

// contexts/meta/<sha256 of the name>/meta.json, as docker CLI's context store keeps it.
std::optional<DockerContext> read_context(const fs::path &file) {
    try {
        auto content = read_file_if_exists(file);
        auto value = content ? json::parse(*content, nullptr, false) : json();
        DockerContext context{.name = text(at(value, "Name")), .host = {}};
        if (context.name.empty())
            return std::nullopt;
        if (const auto *metadata = at(value, "Metadata"))
            context.description = text(at(*metadata, "Description"));
        if (const auto *endpoints = at(value, "Endpoints"))
            if (const auto *docker = at(*endpoints, "docker"))
                context.host = text(at(*docker, "Host"));
        return context;
    } catch (const Error &) {
        return std::nullopt;
    }
}

} // namespace

DockerContexts::DockerContexts(const Environment &environment)
    : config_(docker_config_directory(environment)), environment_(environment) {}

std::vector<DockerContext> DockerContexts::list() const {
    std::vector<DockerContext> contexts;
    std::error_code none;
    for (const auto &folder : fs::directory_iterator(config_ / "contexts" / "meta", none))
        if (auto context = read_context(folder.path() / "meta.json");
            context && context->name != "default")
            contexts.push_back(*std::move(context));
    std::sort(contexts.begin(), contexts.end(),
              [](const auto &left, const auto &right) { return left.name < right.name; });
    contexts.insert(contexts.begin(), {.name = "default", .host = environment_.get("DOCKER_HOST")});
    return contexts;
}

std::optional<DockerContext> DockerContexts::find(const std::string &name) const {
    if (name == "default")
        return DockerContext{.name = "default", .host = environment_.get("DOCKER_HOST")};
    auto context = read_context(config_ / "contexts" / "meta" / sha256_hex(name) / "meta.json");
    return context && context->name == name ? context : std::nullopt;
}

std::string DockerContexts::current_endpoint() const {
    if (auto host = environment_.get("DOCKER_HOST"); !host.empty())
        return host;
    if (auto context = environment_.get("DOCKER_CONTEXT"); !context.empty())
        return context;
    try {
        if (auto content = read_file_if_exists(config_ / "config.json"))
            if (auto name = text(at(json::parse(*content, nullptr, false), "currentContext"));
                !name.empty())
                return name;
    } catch (const Error &) { // docker itself complains of a config it cannot read
    }
    return "default";
}

} // namespace berth::store
