// SPDX-License-Identifier: Apache-2.0
#include "answer.hpp"

#include "berth/registry/descriptor.hpp"
#include "berth/util/json.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace berth::registry {

namespace {

using nlohmann::json;

constexpr std::size_t longest_detail = 500; // bytes

const char *phrase(int status) {
    switch (status) {
    case 400:
        return " Bad Request";
    case 401:
        return " Unauthorized";
    case 403:
        return " Forbidden";
    case 404:
        return " Not Found";
    case 405:
        return " Method Not Allowed";
    case 429:
        return " Too Many Requests";
    case 500:
        return " Internal Server Error";
    case 502:
        return " Bad Gateway";
    case 503:
        return " Service Unavailable";
    case 504:
        return " Gateway Timeout";
    default:
        return "";
    }
}

// {"errors": [{"code": "DENIED", "message": "…"}]}
std::string details(const HttpResponse &response) {
    auto body = read_json(response.body);
    if (!body.is_object() || !body.contains("errors") || !body["errors"].is_array())
        return "";
    std::string found;
    for (const auto &error : body["errors"]) {
        auto code = lower(text_at(error, "code")), message = text_at(error, "message");
        if (!code.empty() || !message.empty())
            found += ": " + code + (code.empty() || message.empty() ? "" : ": ") + message;
    }
    return printable(found.substr(0, longest_detail));
}

std::string hint_for(int status) {
    if (status == 401 || status == 403)
        return "check the name, and that `docker login` was done for this registry";
    if (status == 429)
        return "the registry limits the rate of requests: wait, or log in for a higher limit";
    return "";
}

} // namespace

StatusError status_error(const std::string &method, const std::string &url,
                         const HttpResponse &response) {
    return StatusError(fmt::format("unexpected status from {} request to {}: {}{}{}", method,
                                   printable(url.substr(0, url.find('?'))), response.status,
                                   phrase(response.status), details(response)),
                       response.status, hint_for(response.status));
}

std::optional<std::chrono::milliseconds> retry_after(const HttpResponse &response) {
    auto value = response.header("retry-after");
    if (value.empty())
        return std::nullopt;
    constexpr long long longest = 24LL * 3600;
    if (auto seconds = parse_integer(value))
        return std::chrono::seconds(std::clamp(*seconds, 0LL, longest));
    std::tm date{};
    if (::strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr)
        return std::nullopt;
    auto seconds = static_cast<long long>(::timegm(&date) - std::time(nullptr));
    return std::chrono::seconds(std::clamp(seconds, 0LL, longest));
}

std::string media_type_of(const HttpResponse &response) {
    auto type = response.header("content-type");
    type = std::string(trim(type.substr(0, type.find(';'))));
    if (!type.empty() && type != "text/plain" && type != "application/octet-stream" &&
        type != "application/json")
        return type;
    auto own = text_at(read_json(response.body), "mediaType");
    return own.empty() ? type : own;
}

} // namespace berth::registry
