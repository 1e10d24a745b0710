// SPDX-License-Identifier: Apache-2.0
// RSA decryption (PKCS #1 v1.5) with a private key in PEM.
#pragma once

#include <string>
#include <string_view>

namespace berth::hclfunc {

// The message in `cipher_text` (bytes). Throws an Error if the key is invalid, needs a password, or
// does not match.
std::string decrypt_with_key(std::string_view cipher_text, std::string_view private_key);

} // namespace berth::hclfunc
