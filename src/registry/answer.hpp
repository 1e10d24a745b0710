// SPDX-License-Identifier: Apache-2.0
// What a registry's answers say besides their bodies.
#pragma once

#include "berth/registry/client.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace berth::registry {

// "unexpected status from GET request to URL: 403 Forbidden: DENIED: no", with what the registry
// says in its body and what to do about it.
StatusError status_error(const std::string &method, const std::string &url,
                         const HttpResponse &response);

// Retry-After in seconds or as a date; nothing when there is none.
std::optional<std::chrono::milliseconds> retry_after(const HttpResponse &response);

// The media type of a manifest: what the header says, else what it says of itself.
std::string media_type_of(const HttpResponse &response);

} // namespace berth::registry
