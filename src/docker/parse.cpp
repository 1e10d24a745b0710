#include "berth/docker/parse.hpp"

#include "berth/util/error.hpp"
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
        value_ = json::parse(text, nullptr, false);
        if (!value_.is_object())
            throw Error(fmt::format("`docker {}` printed something that is no JSON object: {}",
                                    command, printable(text.substr(0, 80))),
                        ExitCode::engine_unavailable, "does `docker version` work?");
    }

    // Missing and null are the type's empty value.
    template<class T>
    T get(const char *path) const {
        const json *found = find(path);
        if (found == nullptr || found->is_null())
            return T{};
        try {
            return found->get<T>();
        } catch (const json::exception &) {
            throw Error(
                fmt::format("`docker {}` printed a field {} that is of an unexpected type, {}",
                            command_, path, found->type_name()),
                ExitCode::engine_unavailable, "is this docker's own output?");
        }
    }

    std::string require(const char *path) const {
        auto text = get<std::string>(path);
        if (text.empty())
            throw Error(fmt::format("`docker {}` printed no field {}", command_, path),
                        ExitCode::engine_unavailable, "does `docker version` work?");
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

std::vector<std::string_view> lines(std::string_view text) {
    std::vector<std::string_view> result;
    while (!text.empty()) {
        auto end = std::min(text.find('\n'), text.size());
        if (auto line = trim(text.substr(0, end)); !line.empty())
            result.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
}

} // namespace

std::vector<Container> parse_containers(std::string_view output) {
    std::vector<Container> containers;
    for (auto line : lines(output)) {
        // Older docker prints an empty list when none of several exists.
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
        container.image = object.get<std::string>("Reference");
        container.image_id = object.get<std::string>("Image");
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

std::vector<Image> parse_images(std::string_view output) {
    std::vector<Image> images;
    for (auto line : lines(output)) {
        if (line == "[]")
            continue;
        Object object(line, "image inspect");
        images.push_back({.id = object.require("Id"),
                          .tags = object.get<std::vector<std::string>>("RepoTags"),
                          .diff_ids = object.get<std::vector<std::string>>("RootFS.Layers"),
                          .descriptor_digest = object.get<std::string>("Descriptor.digest")});
    }
    return images;
}

EngineInfo parse_info(std::string_view output) {
    Object object(trim(output), "info");
    EngineInfo info{.server_version = object.get<std::string>("ServerVersion"),
                    .cgroup_driver = object.get<std::string>("CgroupDriver"),
                    .os_type = object.get<std::string>("OSType"),
                    .architecture = object.get<std::string>("Architecture"),
                    .security_options = object.get<std::vector<std::string>>("SecurityOptions"),
                    .errors = object.get<std::vector<std::string>>("ServerErrors")};
    if (const auto *status = object.find("DriverStatus"); status != nullptr && status->is_array())
        info.containerd_store = std::any_of(status->begin(), status->end(), [](const json &pair) {
            return pair.is_array() && pair.size() == 2 && pair[1].is_string() &&
                   pair[1].get<std::string>().starts_with("io.containerd.snapshotter.");
        });
    if (const auto *runtimes = object.find("Runtimes"); runtimes != nullptr)
        info.has_gpus = runtimes->is_object() && runtimes->contains("nvidia");
    return info;
}

} // namespace berth::docker
