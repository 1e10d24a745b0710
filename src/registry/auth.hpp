// SPDX-License-Identifier: Apache-2.0
// Authentication at registries: basic, and tokens
// (https://distribution.github.io/distribution/spec/auth/token/). Credentials go to the registry's
// host and the token server that it names, and nowhere else.
#pragma once

#include "berth/registry/http.hpp"
#include "berth/session/credential.hpp"

#include "url.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace berth::registry {

// "repository:library/alpine:pull"; a set, so that one token may cover several.
using Scopes = std::set<std::string>;

struct Challenge {
    std::string scheme;                                 // in lower case: basic, bearer
    std::map<std::string, std::string> parameters = {}; // names in lower case
};
// Parses one WWW-Authenticate header, which may contain several.
std::vector<Challenge> parse_challenges(std::string_view header);

class Authorizer {
  public:
    using Perform = std::function<HttpResponse(const HttpRequest &)>;
    Authorizer(Perform perform, session::CredentialLookup lookup);
    ~Authorizer();

    // The value of the Authorization header for a request to that host; empty until the host
    // requires one. `tls` has the settings of the host, also for a token server on it.
    std::string authorization(const Url &url, const Scopes &scopes, const Tls &tls);
    // Reads the challenge of a 401 answer to a request that carried the authorization `used`. False
    // if a retry cannot help. Throws Error for an invalid challenge.
    bool learn(const Url &url, const Scopes &scopes, const HttpResponse &response,
               const std::string &used);

  private:
    struct Token {
        std::string value;
        std::chrono::steady_clock::time_point expires;
    };
    struct Host {
        std::mutex mutex;
        std::optional<session::Credential> credential;
        std::string scheme, realm, service;  // of its challenge
        std::map<std::string, Token> tokens; // by scopes
    };
    Host &host(const std::string &name);
    const session::Credential &credential(Host &host, const std::string &name);
    std::string basic(Host &host, const std::string &name);
    Token fetch(Host &host, const Url &url, const std::string &scopes, const Tls &tls);

    Perform perform_;
    session::CredentialLookup lookup_;
    std::mutex mutex_, lookup_mutex_;
    std::map<std::string, std::unique_ptr<Host>> hosts_;
};

} // namespace berth::registry
