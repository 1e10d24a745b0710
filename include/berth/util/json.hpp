// SPDX-License-Identifier: Apache-2.0
// JSON from outside: docker's and BuildKit's answers, files of the store and of docker's
// configuration. All JSON input is read here, so that the same limits apply.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace berth {

// Deeper values would be copied and written by recursion, and the stack is limited.
inline constexpr int deepest_json = 200;

// Whether a text, of one value or several, is nested deeper than deepest_json. It need not be JSON.
bool is_too_deep(std::string_view text);

// The value, or a discarded one (is_discarded()) if `text` is not JSON, has a number beyond the
// range of double, or is nested deeper than deepest_json. `why` then receives the reason: "not JSON
// at byte 9".
nlohmann::json read_json(std::string_view text, std::string *why = nullptr);
// The same, with the keys in the order of the text.
nlohmann::ordered_json read_ordered_json(std::string_view text, std::string *why = nullptr);

// The string under `key`; empty if it is missing, or `object` is not an object.
template<class Json>
std::string text_at(const Json &object, const std::string &key) {
    auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->template get<std::string>() : "";
}

} // namespace berth
