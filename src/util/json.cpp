// SPDX-License-Identifier: Apache-2.0
#include "berth/util/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth {
namespace {

// The nesting of arrays and objects, without brackets inside strings. The text need not be JSON.
int depth_of(std::string_view text) {
    int depth = 0, deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (in_string && c == '\\')
            ++i;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '[' || c == '{'))
            deepest = std::max(deepest, ++depth);
        else if (!in_string && (c == ']' || c == '}'))
            --depth;
    }
    return deepest;
}

} // namespace

bool is_too_deep(std::string_view text) {
    return depth_of(text) > deepest_json;
}

namespace {

template<class Json>
Json read(std::string_view text, std::string *why) {
    std::string ignored;
    auto &reason = why == nullptr ? ignored : *why;
    try {
        if (!is_too_deep(text))
            return Json::parse(text);
        reason = fmt::format("nested more than {} levels deep", deepest_json);
    } catch (const typename Json::parse_error &error) {
        reason = fmt::format("not JSON at byte {}", error.byte);
    } catch (const typename Json::exception &) {
        reason = "a number is too large";
    }
    return Json(Json::value_t::discarded);
}

} // namespace

nlohmann::json read_json(std::string_view text, std::string *why) {
    return read<nlohmann::json>(text, why);
}

nlohmann::ordered_json read_ordered_json(std::string_view text, std::string *why) {
    return read<nlohmann::ordered_json>(text, why);
}

} // namespace berth
