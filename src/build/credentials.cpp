#include "berth/build/credentials.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include <algorithm>
#include <cstring>

namespace berth::build {

namespace {

using nlohmann::json;

std::string text(const json &object, const std::string &key) {
    if (!object.is_object())
        return {};
    auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

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

std::string answer(const std::string &host, const std::string &user, const std::string &secret) {
    return json({{"ServerURL", host}, {"Username", user}, {"Secret", secret}})
        .dump(-1, ' ', true, json::error_handler_t::replace);
}

} // namespace

Credentials::Credentials(process::Runner &runner, const std::filesystem::path &folder)
    : runner_(runner) {
    std::optional<std::string> content;
    try {
        if (!folder.empty())
            content = read_file_if_exists(folder / "config.json");
    } catch (const Error &) { // docker itself tells of a file that cannot be read
    }
    config_ = json::parse(content.value_or("{}"), nullptr, false);
    if (!config_.is_object())
        config_ = json::object();
}

bool Credentials::any() const {
    return !object(config_, "auths").empty() || !object(config_, "credHelpers").empty() ||
           !text(config_, "credsStore").empty();
}

std::optional<std::string> Credentials::find(const std::string &host) const {
    auto helper = text(object(config_, "credHelpers"), host);
    if (helper.empty())
        helper = text(config_, "credsStore");
    return helper.empty() ? from_auths(host) : ask_helper(helper, host);
}

std::optional<std::string> Credentials::ask_helper(const std::string &helper,
                                                   const std::string &host) const {
    std::size_t at = 0;
    auto outcome = runner_.run(
        {.argv = {"docker-credential-" + helper, "get"}, .effect = process::Effect::query},
        {.input = [&](char *buffer, std::size_t size) {
            auto count = std::min(size, host.size() - at);
            std::memcpy(buffer, host.data() + at, count);
            at += count;
            return count;
        }});
    auto said = json::parse(outcome.out, nullptr, false);
    if (!outcome.ok() || !said.is_object())
        return std::nullopt;
    return answer(host, text(said, "Username"), text(said, "Secret"));
}

std::optional<std::string> Credentials::from_auths(const std::string &host) const {
    auto auths = object(config_, "auths");
    auto found = auths.find(host);
    for (auto at = auths.begin(); found == auths.end() && at != auths.end(); ++at)
        if (host_of(at.key()) == host_of(host))
            found = at;
    if (found == auths.end() || !found->is_object())
        return std::nullopt;
    if (auto token = text(*found, "identitytoken"); !token.empty())
        return answer(host, "<token>", token);
    auto user = text(*found, "username"), password = text(*found, "password");
    if (auto pair = base64_decode(text(*found, "auth")).value_or(""); !pair.empty()) {
        auto colon = pair.find(':');
        if (colon == std::string::npos)
            return std::nullopt;
        user = pair.substr(0, colon);
        password = pair.substr(colon + 1);
        while (password.ends_with('\0'))
            password.pop_back();
    }
    if (user.empty())
        return std::nullopt;
    return answer(host, user, password);
}

} // namespace berth::build
