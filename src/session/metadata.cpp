// SPDX-License-Identifier: Apache-2.0
#include "metadata.hpp"

#include "berth/util/strings.hpp"

#include <optional>

namespace berth::session {
namespace {

std::optional<int> hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return std::nullopt;
}

// Go's url.QueryUnescape.
std::string unescape(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            result += ' ';
        } else if (text[i] != '%') {
            result += text[i];
        } else {
            auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
            auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
            if (!high || !low)
                return {};
            result += static_cast<char>(*high * 16 + *low);
            i += 2;
        }
    }
    return result;
}

} // namespace

std::vector<std::string> values(const buildkit::Metadata &metadata, const std::string &name) {
    auto mark = metadata.find(name + "-encoded");
    bool encoded = mark != metadata.end() && parse_bool(mark->second).value_or(false);
    std::vector<std::string> result;
    auto [begin, end] = metadata.equal_range(name);
    for (auto each = begin; each != end; ++each)
        result.push_back(encoded ? unescape(each->second) : each->second);
    return result;
}

std::string first_value(const buildkit::Metadata &metadata, const std::string &name) {
    auto all = values(metadata, name);
    return all.empty() ? std::string() : all.front();
}

} // namespace berth::session
