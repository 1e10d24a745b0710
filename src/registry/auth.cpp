// SPDX-License-Identifier: Apache-2.0
#include "auth.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/json.hpp"
#include "berth/util/loopback.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/url_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace berth::registry {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t answer_limit = 1u << 20; // bytes
// The default and minimum lifetime of a token.
constexpr long long token_seconds = 60;

std::string join_scopes(const Scopes &scopes) {
    return join({scopes.begin(), scopes.end()}, " ");
}

struct Login {
    std::string username; // empty for an identity token
    Secret password;
};

Login login_of(const session::Credential &credential) {
    if (!credential.identity_token.empty())
        return {"", credential.identity_token};
    return {credential.username, credential.password};
}

std::string basic_header(const Login &login) {
    return "Basic " + base64_encode(login.username + ":" + login.password.reveal());
}

HttpRequest password_request(const std::string &realm, const std::string &service,
                             const std::string &scopes, const Login &login) {
    std::string form =
        login.username.empty()
            ? "grant_type=refresh_token&refresh_token=" + percent_escape(login.password.reveal())
            : "grant_type=password&username=" + percent_escape(login.username) +
                  "&password=" + percent_escape(login.password.reveal());
    form += "&service=" + percent_escape(service) + "&client_id=berth";
    if (!scopes.empty())
        form += "&scope=" + percent_escape(scopes);
    return {.method = "POST",
            .url = realm,
            .headers = {"Content-Type: application/x-www-form-urlencoded; charset=utf-8"},
            .body = std::move(form),
            .limit = answer_limit};
}

HttpRequest get_request(std::string realm, const std::string &service, const std::string &scopes,
                        const Login &login) {
    auto add = [&realm](const char *name, const std::string &value) {
        realm += realm.find('?') == std::string::npos ? '?' : '&';
        realm += std::string(name) + "=" + percent_escape(value);
    };
    if (!service.empty())
        add("service", service);
    if (!scopes.empty())
        for (const auto &scope : split(scopes, ' '))
            add("scope", scope);
    HttpRequest request{.url = std::move(realm), .limit = answer_limit};
    if (!login.password.empty())
        request.headers = {"Authorization: " + basic_header(login)};
    return request;
}

// Responses of token servers that do not support POST.
bool knows_no_post(int status, const Login &login) {
    return (status == 405 && !login.username.empty()) || status == 404 || status == 401 ||
           status == 400;
}

std::string read_token(const HttpResponse &response, const std::string &realm, long long &seconds) {
    auto where = printable(realm);
    if (response.status != 200)
        throw Error(
            fmt::format("failed to authorize: unexpected status from the token server {}: {}",
                        where, response.status),
            ExitCode::failure,
            response.status == 401 || response.status == 403
                ? "`docker login` keeps a name and password for the registry"
                : "");
    auto answer = read_json(response.body);
    auto token = text_at(answer, "access_token");
    if (token.empty())
        token = text_at(answer, "token");
    if (token.empty() || token.find_first_of(std::string("\r\n\0", 3)) != std::string::npos)
        throw Error(fmt::format("failed to authorize: the token server {} did not include a token "
                                "in its answer",
                                where));
    if (auto found = answer.find("expires_in"); found != answer.end() && found->is_number_integer())
        seconds = std::clamp(found->get<long long>(), token_seconds, 24LL * 3600);
    return token;
}

} // namespace

Authorizer::Authorizer(Perform perform, session::CredentialLookup lookup)
    : perform_(std::move(perform)), lookup_(std::move(lookup)) {}
Authorizer::~Authorizer() = default;

Authorizer::Host &Authorizer::host(const std::string &name) {
    std::lock_guard lock(mutex_);
    auto &host = hosts_[name];
    if (!host)
        host = std::make_unique<Host>();
    return *host;
}

const session::Credential &Authorizer::credential(Host &host, const std::string &name) {
    if (!host.credential) {
        std::lock_guard lock(lookup_mutex_); // helpers may ask the user, so they run one at a time
        host.credential = lookup_ ? lookup_(name) : session::Credential{};
    }
    return *host.credential;
}

std::string Authorizer::basic(Host &host, const std::string &name) {
    auto login = login_of(credential(host, name));
    return login.username.empty() || login.password.empty() ? "" : basic_header(login);
}

std::string Authorizer::authorization(const Url &url, const Scopes &scopes, const Tls &tls) {
    auto &host = this->host(url.host);
    std::lock_guard lock(host.mutex);
    if (host.scheme.empty())
        return "";
    const auto &known = credential(host, url.host);
    if (!known.registry_token.empty())
        return "Bearer " + known.registry_token.reveal();
    if (host.scheme == "basic")
        return basic(host, url.host);
    auto key = join_scopes(scopes);
    auto found = host.tokens.find(key);
    if (found == host.tokens.end() || found->second.expires <= steady_clock::now())
        found = host.tokens.insert_or_assign(key, fetch(host, url, key, tls)).first;
    return "Bearer " + found->second.value;
}

Authorizer::Token Authorizer::fetch(Host &host, const Url &url, const std::string &scopes,
                                    const Tls &tls) {
    auto login = login_of(credential(host, url.host));
    auto realm = parse_url(host.realm);
    if (!realm)
        throw Error(fmt::format("failed to authorize: the registry {} names an invalid URL "
                                "as its token server: \"{}\"",
                                printable(url.host), printable(host.realm)));
    if (!login.password.empty() && url.scheme == "https" && realm->scheme == "http" &&
        !is_loopback(realm->host))
        throw Error(fmt::format("failed to authorize: the registry {} wants the password to be "
                                "sent unencrypted, to {}",
                                printable(url.host), printable(host.realm)));
    auto perform = [&](HttpRequest request) {
        if (realm->host == url.host)
            request.tls = tls;
        return perform_(request);
    };
    HttpResponse response;
    if (!login.password.empty())
        response = perform(password_request(realm->text(), host.service, scopes, login));
    if (login.password.empty() || knows_no_post(response.status, login))
        response = perform(get_request(realm->text(), host.service, scopes, login));
    auto seconds = token_seconds;
    auto token = read_token(response, realm->origin() + realm->rest, seconds);
    // Expires a little earlier, so that the next request can still use it.
    return {std::move(token), steady_clock::now() + std::chrono::seconds(seconds - 5)};
}

bool Authorizer::learn(const Url &url, const Scopes &scopes, const HttpResponse &response,
                       const std::string &used) {
    auto &host = this->host(url.host);
    std::lock_guard lock(host.mutex);
    for (const auto &header : response.challenges)
        for (const auto &challenge : parse_challenges(header)) {
            auto parameter = [&](const char *name) {
                auto found = challenge.parameters.find(name);
                return found == challenge.parameters.end() ? "" : found->second;
            };
            if (challenge.scheme == "basic" && used.empty()) {
                host.scheme = "basic";
                return !basic(host, url.host).empty() ||
                       !credential(host, url.host).registry_token.empty();
            }
            if (challenge.scheme != "bearer" || parameter("realm").empty())
                continue;
            host.scheme = "bearer";
            host.realm = parameter("realm");
            host.service = parameter("service");
            // Drops a refused token, unless another thread has fetched a newer one.
            auto token = host.tokens.find(join_scopes(scopes));
            if (token != host.tokens.end() && "Bearer " + token->second.value == used)
                host.tokens.erase(token);
            return true;
        }
    return false;
}

} // namespace berth::registry
