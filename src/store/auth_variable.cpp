// SPDX-License-Identifier: Apache-2.0
#include "berth/store/auth_variable.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace berth::store {
namespace {

using nlohmann::json;

// Another field might be ignored in silence, so docker refuses it.
void check_fields(const json &object, const std::string &place, const std::string &only) {
    if (!object.is_object())
        throw Error(place + " is no object");
    for (const auto &[key, value] : object.items())
        if (key != only)
            throw Error(fmt::format("unknown field \"{}\" in {}", printable(key), place));
}

Login login_of(const json &entry, const std::string &host) {
    auto place = "the entry of " + printable(host);
    check_fields(entry, place, "auth");
    auto auth = text_at(entry, "auth");
    if (auth.empty())
        throw Error(fmt::format("{} has no \"auth\"", place));
    auto pair = base64_decode(auth);
    auto colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos || colon == 0)
        throw Error(fmt::format("\"auth\" in {} is not USERNAME:PASSWORD in base64", place));
    auto password = pair->substr(colon + 1);
    auto begin = std::min(password.find_first_not_of('\0'), password.size());
    return {.username = pair->substr(0, colon),
            .password = password.substr(begin, password.find_last_not_of('\0') + 1 - begin)};
}

std::map<std::string, Login> parse(const std::string &text) {
    std::string why;
    auto values = read_json(text, &why);
    if (!why.empty())
        throw Error(why);
    if (values.is_null())
        return {};
    check_fields(values, "the variable", "auths");
    auto auths = values.value("auths", json());
    if (!auths.is_object() && !auths.is_null())
        throw Error("\"auths\" is no object");
    std::map<std::string, Login> logins;
    for (const auto &[host, entry] : auths.items())
        logins.emplace(host, login_of(entry, host));
    return logins;
}

} // namespace

AuthVariable read_auth_variable(const Environment &environment) {
    auto text = environment.get("DOCKER_AUTH_CONFIG");
    if (trim(text).empty())
        return {};
    try {
        return {.logins = parse(text)};
    } catch (const Error &error) {
        return {.problem = fmt::format(
                    "Failed to create credential store from DOCKER_AUTH_CONFIG: {}", error.what())};
    }
}

} // namespace berth::store
