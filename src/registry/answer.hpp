// SPDX-License-Identifier: Apache-2.0
// Interprets responses of registries: errors, delays and media types.
#pragma once

#include "berth/registry/client.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace berth::registry {

// "unexpected status from GET request to URL: 403 Forbidden: DENIED: no", with the registry's
// details and a hint.
StatusError status_error(const std::string &method, const std::string &url,
                         const HttpResponse &response);

// Retry-After in seconds or as a date; or nothing.
std::optional<std::chrono::milliseconds> retry_after(const HttpResponse &response);

// The media type of a manifest: from the header, or else from the document.
std::string media_type_of(const HttpResponse &response);

} // namespace berth::registry
