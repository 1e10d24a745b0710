// SPDX-License-Identifier: Apache-2.0
// Removes credentials, which must not leave this machine in a bundle, from the attributes of spans,
// which quote commands and cache options.
#include "berth/history/trace.hpp"
#include "berth/util/go_json.hpp"
#include "berth/util/strings.hpp"

#include "spans.hpp"

#include <algorithm>
#include <array>

namespace berth::history {
namespace {

constexpr std::string_view hidden = "xxxxx";
constexpr auto none = std::string::npos;

// `token=…` up to a space or comma, with any prefix and in any case.
std::string hide_values(const std::string &text) {
    static constexpr std::array<std::string_view, 5> names = {
        "ghtoken=", "token=", "access_key_id=", "secret_access_key=", "session_token="};
    auto small = lower(text);
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 0;
        for (auto name : names)
            if (length == 0 && small.compare(at, name.size(), name) == 0)
                length = name.size();
        auto end =
            length == 0 ? none : std::min(text.find_first_of(" ,", at + length), text.size());
        if (length == 0 || end == at + length) {
            result += text[at++];
            continue;
        }
        result += text.substr(at, length);
        result += hidden;
        at = end;
    }
    return result;
}

// GitHub's tokens by their prefix, followed by `digits` word characters.
std::string hide_tokens(std::string text, std::string_view prefix, std::size_t digits,
                        std::string_view more) {
    auto is_digit = [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               more.find(c) != none;
    };
    for (auto at = text.find(prefix); at != none; at = text.find(prefix, at + 1)) {
        auto begin = text.begin() + static_cast<std::ptrdiff_t>(at + prefix.size());
        auto length =
            static_cast<std::size_t>(std::find_if_not(begin, text.end(), is_digit) - begin);
        if (length >= digits)
            text.replace(at, prefix.size() + digits, hidden);
    }
    return text;
}

std::string hide(const std::string &text) {
    auto result = hide_values(text);
    result = hide_tokens(std::move(result), "ghu_", 36, "");
    result = hide_tokens(std::move(result), "ghs_", 36, "");
    return hide_tokens(std::move(result), "github_pat_", 82, "_");
}

} // namespace

std::string without_secrets(std::string_view spans) {
    std::string result;
    each_span(spans, [&](nlohmann::ordered_json span) {
        for (auto *context : {"SpanContext", "Parent"})
            if (span.contains(context) && span[context].is_object())
                span[context]["TraceState"] = ""; // as docker buildx
        span.erase("InstrumentationScope");       // the same as InstrumentationLibrary
        auto attributes = span.find("Attributes");
        if (attributes != span.end() && attributes->is_array())
            for (auto &attribute : *attributes) {
                auto value = attribute.is_object() ? attribute.find("Value") : attribute.end();
                if (!attribute.is_object() || value == attribute.end() || !value->is_object())
                    continue;
                auto text = value->find("Value");
                if (text != value->end() && text->is_string())
                    *text = hide(text->get<std::string>());
            }
        result += go_json(span, 2) + "\n";
    });
    return result;
}

} // namespace berth::history
