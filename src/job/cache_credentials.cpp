// SPDX-License-Identifier: Apache-2.0
#include "berth/job/cache_credentials.hpp"

#include "berth/util/strings.hpp"

#include <algorithm>
#include <array>

namespace berth::job {
namespace {

bool has(const CacheEntry &entry, std::string_view key) {
    return std::any_of(entry.attributes.begin(), entry.attributes.end(),
                       [key](const auto &attribute) { return attribute.first == key; });
}

// Sets the attribute to the first of these variables that is set, unless the flag has it.
void fill(CacheEntry &entry, const char *key, const std::vector<const char *> &variables,
          const Environment &environment) {
    if (has(entry, key))
        return;
    for (const auto *variable : variables)
        if (auto value = environment.find(variable)) {
            entry.attributes.emplace_back(key, *value);
            return;
        }
}

// Version 2 of the service has an address of its own
// (https://docs.docker.com/build/cache/backends/gha/).
void fill_github(CacheEntry &entry, const Environment &environment) {
    auto version = entry.attribute("version");
    if (!has(entry, "version") &&
        parse_bool(environment.get("ACTIONS_CACHE_SERVICE_V2")).value_or(false))
        version = "2";
    fill(entry, "token", {"ACTIONS_RUNTIME_TOKEN"}, environment);
    if (version == "2")
        fill(entry, "url_v2", {"ACTIONS_RESULTS_URL"}, environment);
    fill(entry, "url", {"ACTIONS_CACHE_URL", "ACTIONS_RESULTS_URL"}, environment);
}

void fill_s3(CacheEntry &entry, const Environment &environment) {
    if (has(entry, "access_key_id") && has(entry, "secret_access_key"))
        return;
    if (environment.get("AWS_ACCESS_KEY_ID").empty() ||
        environment.get("AWS_SECRET_ACCESS_KEY").empty())
        return; // the builder's own, if it has any
    fill(entry, "access_key_id", {"AWS_ACCESS_KEY_ID"}, environment);
    fill(entry, "secret_access_key", {"AWS_SECRET_ACCESS_KEY"}, environment);
    fill(entry, "session_token", {"AWS_SESSION_TOKEN"}, environment);
}

// False when the entry has no effect here.
bool complete(CacheEntry &entry, const Environment &environment) {
    if (entry.type == "s3")
        fill_s3(entry, environment);
    if (entry.type != "gha")
        return true;
    fill_github(entry, environment);
    return !entry.attribute("token").empty() &&
           (!entry.attribute("url").empty() || !entry.attribute("url_v2").empty());
}

} // namespace

CacheOptions with_credentials(CacheOptions caches, const Environment &environment) {
    for (auto *entries : {&caches.from, &caches.to})
        std::erase_if(*entries, [&](CacheEntry &entry) { return !complete(entry, environment); });
    return caches;
}

bool is_secret_attribute(std::string_view key) {
    constexpr std::array secrets = {"token", "secret_access_key", "session_token", "access_key_id",
                                    "ghtoken"};
    return std::find(secrets.begin(), secrets.end(), key) != secrets.end();
}

} // namespace berth::job
