// SPDX-License-Identifier: Apache-2.0
#include "berth/util/encoding.hpp"

#include "berth/util/error.hpp"

#include <nettle/base64.h>
#include <nettle/sha2.h>

#include <new>
#include <unistd.h>

#ifdef __APPLE__
#include <sys/random.h>
#endif

namespace berth {

namespace {

std::string hex(const std::uint8_t *bytes, std::size_t size) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(size * 2);
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

} // namespace

std::string base64_encode(std::string_view bytes) {
    std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
    base64_encode_raw(text.data(), bytes.size(),
                      reinterpret_cast<const std::uint8_t *>(bytes.data()));
    return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
    base64_decode_ctx context;
    base64_decode_init(&context);
    std::string bytes(BASE64_DECODE_LENGTH(text.size()), '\0');
    std::size_t size = bytes.size();
    if (base64_decode_update(&context, &size, reinterpret_cast<std::uint8_t *>(bytes.data()),
                             text.size(), text.data()) == 0 ||
        base64_decode_final(&context) == 0)
        return std::nullopt;
    bytes.resize(size);
    return bytes;
}

static_assert(sizeof(sha256_ctx) <= 160);

Sha256::Sha256() {
    sha256_init(new (state_) sha256_ctx);
}

void Sha256::update(std::string_view bytes) {
    sha256_update(std::launder(reinterpret_cast<sha256_ctx *>(state_)), bytes.size(),
                  reinterpret_cast<const std::uint8_t *>(bytes.data()));
}

std::string Sha256::hex() {
    std::uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(std::launder(reinterpret_cast<sha256_ctx *>(state_)), sizeof digest, digest);
    return berth::hex(digest, sizeof digest);
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.hex();
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string random_hex(std::size_t digits) {
    std::uint8_t bytes[64];
    auto size = digits / 2;
    if (size > sizeof bytes || getentropy(bytes, size) != 0)
        throw Error("the system provides no random numbers");
    return hex(bytes, size);
}

} // namespace berth
