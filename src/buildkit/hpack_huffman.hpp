// SPDX-License-Identifier: Apache-2.0
// HPACK's code for strings (RFC 7541, appendix B).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::buildkit {

// Nothing when the bytes are no such code.
std::optional<std::string> decode_huffman(std::string_view bytes);

} // namespace berth::buildkit
