// SPDX-License-Identifier: Apache-2.0
// HPACK's Huffman code for strings (RFC 7541, appendix B).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::buildkit {

// Nothing if the bytes are invalid.
std::optional<std::string> decode_huffman(std::string_view bytes);

} // namespace berth::buildkit
