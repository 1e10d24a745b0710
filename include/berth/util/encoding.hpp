// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648, padded), hex digits, SHA-256 and random identifiers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace berth {

std::string base64_encode(std::string_view bytes);
// Nothing if the text is not base64.
std::optional<std::string> base64_decode(std::string_view text);

// SHA-256 of bytes added in pieces; 64 lower-case hex digits.
class Sha256 {
  public:
    Sha256();
    void update(std::string_view bytes);
    std::string hex();

  private:
    alignas(16) std::byte state_[160];
};
std::string sha256_hex(std::string_view bytes);

// The value of a hex digit in either case; -1 for another character.
int hex_digit(char c);

// Lower-case hex digits from the system's random source; `digits` is even.
std::string random_hex(std::size_t digits);

} // namespace berth
