// SPDX-License-Identifier: Apache-2.0
#include "berth/util/url_text.hpp"

#include "berth/util/encoding.hpp"

#include <fmt/format.h>

namespace berth {

namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '~';
}

std::string escape(std::string_view text, std::string_view blank) {
    std::string result;
    for (char c : text)
        if (is_plain(c))
            result += c;
        else if (c == ' ')
            result += blank;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return result;
}

} // namespace

bool is_remote_address(std::string_view text) {
    for (const auto *prefix : {"http://", "https://", "git://", "ssh://", "git@", "github.com/"})
        if (text.starts_with(prefix))
            return true;
    return false;
}

std::string percent_escape(std::string_view text) {
    return escape(text, "%20");
}

std::string query_escape(std::string_view text) {
    return escape(text, "+");
}

std::optional<std::string> query_unescape(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        result += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return result;
}

} // namespace berth
