// SPDX-License-Identifier: Apache-2.0
#include "berth/store/docker_config.hpp"

#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::store {
namespace {

using nlohmann::json;

// docker refuses a file with a field that Go cannot decode.
std::string why_refused(const json &config) {
    if (!config.is_object())
        return fmt::format("a JSON object is expected, not {}", config.type_name());
    for (const auto *key : {"auths", "proxies", "credHelpers", "HttpHeaders"})
        if (auto found = config.find(key);
            found != config.end() && !found->is_object() && !found->is_null())
            return fmt::format("{} is no object", key);
    for (const auto *key : {"credsStore", "currentContext"})
        if (auto found = config.find(key);
            found != config.end() && !found->is_string() && !found->is_null())
            return fmt::format("{} is no string", key);
    return {};
}

} // namespace

DockerConfig read_docker_config(const std::filesystem::path &directory) {
    DockerConfig config;
    if (directory.empty())
        return config;
    auto path = directory / "config.json";
    std::optional<std::string> content;
    try {
        content = read_file_if_exists(path);
    } catch (const Error &error) {
        config.problem = fmt::format("Error loading config file: {}", error.what());
    }
    if (!content)
        return config;
    std::string why;
    auto values =
        trim(*content).empty() ? json::object() : read_json(*content, &why); // like docker
    if (why.empty())
        why = why_refused(values);
    if (why.empty())
        config.values = std::move(values);
    else
        config.problem =
            fmt::format("Error parsing config file ({}): {}", printable(path.string()), why);
    return config;
}

} // namespace berth::store
