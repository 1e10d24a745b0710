// SPDX-License-Identifier: Apache-2.0
// A block of headers as it is on the wire: frames of HTTP/2 (RFC 9113) with HPACK in them (RFC
// 7541).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::buildkit {

constexpr std::size_t largest_value = 64u << 10; // encoded bytes that nghttp2 takes

// What stands for values[i]. Larger than HPACK's table, so that the table is as empty after it as
// after the value itself.
std::string placeholder(std::size_t i);
std::optional<std::size_t> placeholder_index(std::string_view value);

// `frames`: a HEADERS frame and its CONTINUATIONs. Returns frames of the same headers with a
// placeholder for each value that is larger, and puts those into `values`. Nothing when there is
// none or the bytes are malformed.
std::optional<std::string> replace_large_values(std::string_view frames,
                                                std::vector<std::string> &values);

} // namespace berth::buildkit
