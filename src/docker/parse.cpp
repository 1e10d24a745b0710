// SPDX-License-Identifier: Apache-2.0
#include "berth/docker/parse.hpp"

#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::docker {

namespace {

using nlohmann::json;

// One JSON object of docker's, with the command it came from for messages.
class Object {
  public:
    Object(std::string_view text, const char *command) : command_(command) {
        value_ = read_json(text);
        if (!value_.is_object())
            throw Error(fmt::format("`docker {}` printed something other than a JSON object: {}",
                                    command, printable(text.substr(0, 80))),
                        ExitCode::engine_unavailable, "check that `docker version` works");
    }

    // Missing and null values are the empty value of the type.
    template<class T>
    T get(const char *path) const {
        const json *found = find(path);
        if (found == nullptr || found->is_null())
            return T{};
        try {
            return found->get<T>();
        } catch (const json::exception &) {
            throw Error(fmt::format("`docker {}` printed the field {} with an unexpected type, {}",
                                    command_, path, found->type_name()),
                        ExitCode::engine_unavailable, "check that this is docker's own output");
        }
    }

    std::string require(const char *path) const {
        auto text = get<std::string>(path);
        if (text.empty())
            throw Error(fmt::format("`docker {}` printed no field {}", command_, path),
                        ExitCode::engine_unavailable, "check that `docker version` works");
        return text;
    }

    const json *find(std::string_view path) const {
        const json *at = &value_;
        for (const auto &name : split(path, '.')) {
            auto found = at->is_object() ? at->find(name) : at->end();
            if (!at->is_object() || found == at->end())
                return nullptr;
            at = &*found;
        }
        return at;
    }

  private:
    const char *command_;
    json value_;
};

// The printed objects: one per line, or from other programs than docker, all in one list.
std::vector<std::string> lines(std::string_view text) {
    std::vector<std::string> result;
    if (text = trim(text); text.starts_with('[')) {
        // Older docker prints an empty list if none of several objects exists.
        auto all = read_json(text);
        if (all.is_array()) {
            for (const auto &one : all)
                result.push_back(one.dump(-1, ' ', false, json::error_handler_t::replace));
            return result;
        }
    }
    while (!text.empty()) {
        auto end = std::min(text.find('\n'), text.size());
        if (auto line = trim(text.substr(0, end)); !line.empty())
            result.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

// Podman omits the algorithm.
std::string image_id(const std::string &id) {
    bool bare = id.size() == 64 && id.find(':') == std::string::npos;
    return bare ? "sha256:" + id : id;
}

// The fields of `podman info` have other names.
EngineInfo parse_podman_info(const Object &object) {
    auto version = object.get<std::string>("host.cgroupVersion");
    EngineInfo info{.server_version = object.get<std::string>("version.Version"),
                    .cgroup_driver = object.get<std::string>("host.cgroupManager"),
                    .os_type = object.get<std::string>("host.os"),
                    .architecture = object.get<std::string>("host.arch")};
    info.cgroup_version = version.starts_with('v') ? version.substr(1) : version;
    info.driver = object.get<std::string>("store.graphDriverName");
    info.root = object.get<std::string>("store.graphRoot");
    info.operating_system = object.get<std::string>("host.distribution.distribution");
    return info;
}

} // namespace

std::vector<Container> parse_containers(std::string_view output) {
    std::vector<Container> containers;
    for (const auto &line : lines(output)) {
        if (line == "[]")
            continue;
        Object object(line, "container inspect");
        Container container;
        container.id = object.require("Id");
        container.name = object.require("Name");
        if (container.name.starts_with('/'))
            container.name.erase(0, 1);
        container.status = object.require("State.Status");
        container.exit_code = object.get<int>("State.ExitCode");
        container.out_of_memory = object.get<bool>("State.OOMKilled");
        container.error = object.get<std::string>("State.Error");
        container.started_at = object.get<std::string>("State.StartedAt");
        container.image = object.get<std::string>(
            object.find("Reference") != nullptr ? "Reference" : "Config.Image");
        container.image_id = image_id(object.get<std::string>("Image"));
        if (const auto *mounts = object.find("Mounts"); mounts != nullptr && mounts->is_array())
            for (const auto &mount : *mounts)
                if (mount.is_object() && mount.value("Type", json()) == "volume" &&
                    mount.value("Name", json()).is_string() &&
                    mount.value("Destination", json()).is_string())
                    container.volumes[mount["Destination"]] = mount["Name"];
        containers.push_back(std::move(container));
    }
    return containers;
}

namespace {

std::string platform_of_image(const Object &object) {
    auto platform = object.get<std::string>("Os") + "/" + object.get<std::string>("Architecture");
    auto variant = object.get<std::string>("Variant");
    return variant.empty() ? platform : platform + "/" + variant;
}

} // namespace

std::vector<Image> parse_images(std::string_view output) {
    std::vector<Image> images;
    for (const auto &line : lines(output)) {
        if (line == "[]")
            continue;
        Object object(line, "image inspect");
        images.push_back({.id = image_id(object.require("Id")),
                          .tags = object.get<std::vector<std::string>>("RepoTags"),
                          .diff_ids = object.get<std::vector<std::string>>("RootFS.Layers"),
                          .descriptor_digest = object.get<std::string>("Descriptor.digest"),
                          .repository_digests = object.get<std::vector<std::string>>("RepoDigests"),
                          .platform = platform_of_image(object),
                          .size = object.get<std::int64_t>("Size")});
    }
    return images;
}

EngineInfo parse_info(std::string_view output) {
    Object object(trim(output), "info");
    if (const auto *host = object.find("host"); host != nullptr && host->is_object())
        return parse_podman_info(object);
    EngineInfo info{.server_version = object.get<std::string>("ServerVersion"),
                    .cgroup_driver = object.get<std::string>("CgroupDriver"),
                    .os_type = object.get<std::string>("OSType"),
                    .architecture = object.get<std::string>("Architecture"),
                    .security_options = object.get<std::vector<std::string>>("SecurityOptions"),
                    .errors = object.get<std::vector<std::string>>("ServerErrors")};
    info.driver = object.get<std::string>("Driver");
    info.cgroup_version = object.get<std::string>("CgroupVersion");
    info.root = object.get<std::string>("DockerRootDir");
    info.operating_system = object.get<std::string>("OperatingSystem");
    info.http_proxy = object.get<std::string>("HttpProxy");
    info.https_proxy = object.get<std::string>("HttpsProxy");
    info.mirrors = object.get<std::vector<std::string>>("RegistryConfig.Mirrors");
    info.warnings = object.get<std::vector<std::string>>("Warnings");
    if (const auto *registries = object.find("RegistryConfig.IndexConfigs");
        registries != nullptr && registries->is_object())
        for (const auto &[name, registry] : registries->items())
            if (registry.is_object() && registry.value("Secure", json(true)) == json(false))
                info.insecure_registries.push_back(name);
    if (const auto *status = object.find("DriverStatus"); status != nullptr && status->is_array())
        info.containerd_store = std::any_of(status->begin(), status->end(), [](const json &pair) {
            return pair.is_array() && pair.size() == 2 && pair[1].is_string() &&
                   pair[1].get<std::string>().starts_with("io.containerd.snapshotter.");
        });
    if (const auto *runtimes = object.find("Runtimes"); runtimes != nullptr)
        info.has_gpus = runtimes->is_object() && runtimes->contains("nvidia");
    return info;
}

Versions parse_versions(std::string_view output) {
    auto all = read_json(output);
    auto version = [&all](const char *side) {
        auto found = all.is_object() ? all.find(side) : all.end();
        if (!all.is_object() || found == all.end() || !found->is_object())
            return std::string();
        auto text = found->value("Version", json());
        return text.is_string() ? text.get<std::string>() : "";
    };
    return {.client = version("Client"), .server = version("Server")};
}

} // namespace berth::docker
