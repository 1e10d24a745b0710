// SPDX-License-Identifier: Apache-2.0
// A header block in wire format: frames of HTTP/2 (RFC 9113) that contain HPACK (RFC 7541).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::buildkit {

constexpr std::size_t largest_value = 64u << 10; // limit of nghttp2, in encoded bytes

// The placeholder of values[i]. Larger than HPACK's table, so that it empties the table like the
// value itself.
std::string placeholder(std::size_t i);
std::optional<std::size_t> placeholder_index(std::string_view value);

// `frames`: a HEADERS frame and its CONTINUATIONs. Returns frames of the same headers with
// placeholders for larger values, which it puts into `values`. Nothing if no value is larger or the
// bytes are malformed.
std::optional<std::string> replace_large_values(std::string_view frames,
                                                std::vector<std::string> &values);

} // namespace berth::buildkit
