// SPDX-License-Identifier: Apache-2.0
// Addresses of remote contexts, and percent-encoding of text in URLs (RFC 3986).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth {

// Is it a git or http address, in the forms of docker: http(s)://, git://, ssh://, git@HOST:…,
// github.com/…?
bool is_remote_address(std::string_view text);

// All bytes but ASCII letters, digits and `-._~` as %XX.
std::string percent_escape(std::string_view text);

// The same for the fields of a query or form, where a blank is `+`. Go's url.QueryEscape.
std::string query_escape(std::string_view text);
// Go's url.QueryUnescape: nothing for an escape that is broken.
std::optional<std::string> query_unescape(std::string_view text);

} // namespace berth
