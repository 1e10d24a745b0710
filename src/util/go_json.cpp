// SPDX-License-Identifier: Apache-2.0
#include "berth/util/go_json.hpp"

#include "berth/util/strings.hpp"

#include <string_view>
#include <utility>

namespace berth {

std::string go_json(const nlohmann::ordered_json &json, int indent) {
    auto text = json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    // These occur only inside strings, so they can be replaced in the finished text.
    static constexpr std::pair<std::string_view, std::string_view> escapes[] = {
        {"<", "\\u003c"},      {">", "\\u003e"},      {"&", "\\u0026"},
        {"\u2028", "\\u2028"}, {"\u2029", "\\u2029"},
    };
    for (auto [from, to] : escapes)
        text = replace_all(std::move(text), from, to);
    return text;
}

} // namespace berth
