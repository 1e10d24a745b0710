#include "berth/build/cache_credentials.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::build {

namespace {

constexpr const char *github_token = "ACTIONS_RUNTIME_TOKEN";
constexpr const char *github_variables[] = {"ACTIONS_CACHE_SERVICE_V2", "ACTIONS_RESULTS_URL",
                                            "ACTIONS_CACHE_URL"};

bool has_github_address(const CacheEntry &entry, const Environment &environment) {
    if (!entry.attribute("url").empty() || !entry.attribute("url_v2").empty())
        return true;
    return !environment.get("ACTIONS_CACHE_URL").empty() ||
           !environment.get("ACTIONS_RESULTS_URL").empty();
}

// False when the entry has no effect here.
bool take_github(CacheEntry &entry, const Environment &environment,
                 std::map<std::string, std::string> &variables) {
    auto token = entry.attribute("token");
    if (token.empty())
        token = environment.get(github_token);
    if (token.empty() || !has_github_address(entry, environment))
        return false;
    std::erase_if(entry.attributes, [](const auto &one) { return one.first == "token"; });
    for (const auto *name : github_variables)
        if (auto value = environment.find(name))
            variables[name] = *value;
    auto [known, added] = variables.try_emplace(github_token, token);
    if (!added && known->second != token)
        throw Error("caches of type=gha with different tokens in one build are not supported",
                    ExitCode::failure, "write one token, or none and set ACTIONS_RUNTIME_TOKEN");
    return true;
}

void check_keys(const CacheEntry &entry) {
    if (entry.type != "s3" && entry.type != "azblob")
        return;
    for (const auto *name : {"secret_access_key", "session_token"})
        if (!entry.attribute(name).empty())
            throw Error(fmt::format("{} of a cache of type={} would be a word of a command that "
                                    "everybody on the machine can list",
                                    name, entry.type),
                        ExitCode::failure,
                        entry.type == "s3"
                            ? "leave it out and let the builder have the keys: berth create "
                              "--run-arg=--volume=$HOME/.aws:/root/.aws:ro"
                            : "leave it out and let the builder have the credentials that Azure's "
                              "library looks for: berth create --run-arg=--env-file=FILE");
}

bool any_of_type(const std::vector<CacheEntry> &entries, const char *type) {
    return std::any_of(entries.begin(), entries.end(),
                       [type](const CacheEntry &entry) { return entry.type == type; });
}

} // namespace

CacheCredentials take_cache_credentials(CacheOptions caches, const Environment &environment) {
    CacheCredentials taken;
    for (auto *entries : {&caches.from, &caches.to}) {
        for (const auto &entry : *entries)
            check_keys(entry);
        std::erase_if(*entries, [&](CacheEntry &entry) {
            return entry.type == "gha" && !take_github(entry, environment, taken.variables);
        });
    }
    if ((any_of_type(caches.from, "s3") || any_of_type(caches.to, "s3")) &&
        !environment.get("AWS_SECRET_ACCESS_KEY").empty())
        taken.warnings = "WARNING: the builder does not get AWS_SECRET_ACCESS_KEY of this "
                         "environment; a cache of type=s3 takes the credentials it has itself\n";
    taken.caches = std::move(caches);
    return taken;
}

std::string export_script(const std::map<std::string, std::string> &variables) {
    std::string script;
    for (const auto &[name, value] : variables)
        script += fmt::format("export {}={}\n", name, shell_quote(value));
    return script;
}

} // namespace berth::build
