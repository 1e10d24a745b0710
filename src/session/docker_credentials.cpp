// SPDX-License-Identifier: Apache-2.0
#include "berth/session/docker_credentials.hpp"

#include "berth/store/auth_variable.hpp"
#include "berth/store/docker_config.hpp"
#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace berth::session {
namespace {

using nlohmann::json;

constexpr const char *hub_host = "registry-1.docker.io";
constexpr const char *hub_key = "https://index.docker.io/v1/";
constexpr const char *not_found = "credentials not found in native keychain"; // printed by helpers

json object(const json &parent, const char *key) {
    auto found = parent.find(key);
    return found != parent.end() && found->is_object() ? *found : json::object();
}

// A key of `auths` may be an address: https://HOST/v1/
std::string host_of(std::string_view key) {
    for (std::string_view scheme : {"https://", "http://"})
        if (key.starts_with(scheme))
            key.remove_prefix(scheme.size());
    return std::string(key.substr(0, key.find('/')));
}

Credential from_auths(const json &config, const std::string &key) {
    auto auths = object(config, "auths");
    auto found = auths.find(key);
    for (auto at = auths.begin(); found == auths.end() && at != auths.end(); ++at)
        if (host_of(at.key()) == host_of(key))
            found = at;
    if (found == auths.end() || !found->is_object())
        return {};
    Credential credential{.username = text_at(*found, "username"),
                          .password = text_at(*found, "password"),
                          .identity_token = text_at(*found, "identitytoken"),
                          .registry_token = text_at(*found, "registrytoken")};
    if (auto pair = base64_decode(text_at(*found, "auth")).value_or("");
        pair.find(':') != std::string::npos) {
        credential.username = pair.substr(0, pair.find(':'));
        auto password = pair.substr(pair.find(':') + 1);
        while (password.ends_with('\0'))
            password.pop_back();
        credential.password = std::move(password);
    }
    return credential;
}

Credential ask_helper(process::Runner &runner, const std::string &helper, const std::string &key) {
    process::Command command{.argv = {"docker-credential-" + helper, "get"},
                             .effect = process::Effect::query};
    std::size_t at = 0;
    auto outcome = runner.run(command, {.input = [&](char *buffer, std::size_t size) {
                                  auto count = std::min(size, key.size() - at);
                                  std::memcpy(buffer, key.data() + at, count);
                                  at += count;
                                  return count;
                              }});
    if (!outcome.ok()) {
        if (trim(outcome.out) == not_found)
            return {};
        // A failing helper prints the reason; the output of a working one is secret.
        outcome.err += outcome.out;
        throw Error(fmt::format("cannot get the credentials of {}: {}", printable(key),
                                process::describe_failure(command, outcome)),
                    ExitCode::failure, "check credsStore and credHelpers in docker's config.json");
    }
    auto answer = read_json(outcome.out);
    if (!answer.is_object())
        throw Error(fmt::format("docker-credential-{} did not answer with JSON for {}",
                                printable(helper), printable(key)));
    if (text_at(answer, "Username") == "<token>")
        return {.identity_token = text_at(answer, "Secret")};
    return {.username = text_at(answer, "Username"), .password = text_at(answer, "Secret")};
}

struct Sources {
    std::map<std::string, store::Login> variable;
    json config;
};

Credential find(process::Runner &runner, const Sources &sources, const std::string &host) {
    auto key = host == hub_host ? hub_key : host;
    if (auto found = sources.variable.find(key); found != sources.variable.end())
        return {.username = found->second.username, .password = found->second.password};
    auto helper = text_at(object(sources.config, "credHelpers"), key);
    if (helper.empty())
        helper = text_at(sources.config, "credsStore");
    return helper.empty() ? from_auths(sources.config, key) : ask_helper(runner, helper, key);
}

} // namespace

CredentialLookup docker_credentials(process::Runner &runner, const std::filesystem::path &directory,
                                    const Environment &environment) {
    Sources sources{.variable = store::read_auth_variable(environment).logins,
                    .config = store::read_docker_config(directory).values};
    return [&runner, sources = std::move(sources)](const std::string &host) {
        auto credential = find(runner, sources, host);
        if (credential == Credential{} && (host == "dhi.io" || host == "registry.scout.docker.com"))
            credential = find(runner, sources, hub_host);
        return credential;
    };
}

} // namespace berth::session
