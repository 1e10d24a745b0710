// SPDX-License-Identifier: Apache-2.0
#include "redaction.hpp"

#include "berth/util/strings.hpp"

#include <algorithm>

namespace berth::job {
namespace {

constexpr std::size_t shortest = 3; // shorter ones occur in any text

// Whether a parameter of a query is a secret.
bool is_secret_parameter(const std::string &key) {
    auto name = lower(key);
    for (const auto *part :
         {"token", "secret", "password", "signature", "credential", "apikey", "api_key"})
        if (name.find(part) != std::string::npos)
            return true;
    return name == "sig" || name == "auth" || name == "key";
}

} // namespace

Redaction::Redaction(const BuildOptions &options) {
    add(options.context);
    add(options.file);
    for (const auto &text : options.build_contexts)
        add(text.substr(std::min(text.find('=') + 1, text.size())));
}

Redaction::Redaction(const std::string &address) {
    add(address);
}

void Redaction::add(const std::string &address) {
    auto scheme = address.find("://");
    if (scheme == std::string::npos)
        return;
    auto begin = scheme + 3;
    auto end = std::min(address.find_first_of("/?#", begin), address.size());
    auto user = std::string_view(address).substr(begin, end - begin);
    if (auto at = user.rfind('@'); at != std::string_view::npos) {
        user = user.substr(0, at);
        auto colon =
            user.find(':'); // without a password, the name may be a token: https://TOKEN@github.com
        auto secret = colon == std::string_view::npos ? user : user.substr(colon + 1);
        bool plain_name = colon == std::string_view::npos && user == "git";
        if (secret.size() >= shortest && !plain_name)
            secrets_.emplace_back(secret);
    }
    auto query = address.find('?', begin);
    if (query == std::string::npos)
        return;
    auto text = address.substr(query + 1, address.find('#', query) - query - 1);
    for (const auto &parameter : split(text, '&')) {
        auto equals = parameter.find('=');
        if (equals != std::string::npos && parameter.size() > equals + shortest &&
            is_secret_parameter(parameter.substr(0, equals)))
            secrets_.push_back(parameter.substr(equals + 1));
    }
}

std::string Redaction::of(std::string text) const {
    for (const auto &secret : secrets_)
        text = replace_all(std::move(text), secret, mask);
    return text;
}

progress::SolveStatus Redaction::of(progress::SolveStatus status) const {
    for (auto &vertex : status.vertexes) {
        vertex.name = of(std::move(vertex.name));
        vertex.error = of(std::move(vertex.error));
    }
    for (auto &line : status.statuses)
        line.id = of(std::move(line.id));
    for (auto &log : status.logs)
        log.data = of(std::move(log.data));
    return status;
}

} // namespace berth::job
