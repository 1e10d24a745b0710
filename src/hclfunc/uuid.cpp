// SPDX-License-Identifier: Apache-2.0
#include "uuid.hpp"

#include "berth/util/encoding.hpp"
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "unicode_text.hpp"

#include <fmt/format.h>
#include <nettle/sha1.h>

#include <array>

namespace berth::hclfunc {

namespace {

using Bytes = std::array<unsigned char, 16>;

Bytes bytes_of_hex(std::string_view digits) {
    Bytes bytes{};
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto high = hex_digit(digits[2 * at]);
        auto low = hex_digit(digits[2 * at + 1]);
        if (high < 0 || low < 0)
            throw Error("invalid UUID format");
        bytes[at] = static_cast<unsigned char>(high * 16 + low);
    }
    return bytes;
}

Bytes parse_uuid(std::string_view text) {
    constexpr std::string_view urn = "urn:uuid:";
    constexpr std::size_t size = 36;
    if (text.size() == 32)
        return bytes_of_hex(text);
    if (text.size() == size + urn.size()) {
        if (lower(text.substr(0, urn.size())) != urn)
            throw Error(fmt::format("invalid urn prefix: {}", quoted(text.substr(0, urn.size()))));
        text.remove_prefix(urn.size());
    } else if (text.size() == size + 2) { // in braces
        text = text.substr(1, size);
    } else if (text.size() != size) {
        throw Error(fmt::format("invalid UUID length: {}", text.size()));
    }
    std::string digits;
    for (std::size_t at = 0; at < size; ++at) {
        bool hyphen = at == 8 || at == 13 || at == 18 || at == 23;
        if (hyphen && text[at] != '-')
            throw Error("invalid UUID format");
        if (!hyphen)
            digits += text[at];
    }
    return bytes_of_hex(digits);
}

Bytes name_space_bytes(std::string_view name) {
    // RFC 9562, section 6.6.
    constexpr std::string_view rest = "9dad11d180b400c04fd430c8";
    static constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"dns", "6ba7b810"}, {"url", "6ba7b811"}, {"oid", "6ba7b812"}, {"x500", "6ba7b814"}};
    for (const auto &[known_name, start] : known)
        if (known_name == name)
            return bytes_of_hex(std::string(start).append(rest));
    try {
        return parse_uuid(name);
    } catch (const Error &error) {
        throw Error(fmt::format("uuidv5() doesn't support namespace {} ({})", name, error.what()));
    }
}

std::string uuid_text(Bytes bytes, int version) {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | version << 4);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (at == 4 || at == 6 || at == 8 || at == 10)
            text += '-';
        text += fmt::format("{:02x}", bytes[at]);
    }
    return text;
}

} // namespace

std::string random_uuid() {
    return uuid_text(bytes_of_hex(random_hex(32)), 4);
}

std::string named_uuid(std::string_view name_space, std::string_view name) {
    auto prefix = name_space_bytes(name_space);
    sha1_ctx hash;
    sha1_init(&hash);
    sha1_update(&hash, prefix.size(), prefix.data());
    sha1_update(&hash, name.size(), reinterpret_cast<const std::uint8_t *>(name.data()));
    Bytes bytes{};
    sha1_digest(&hash, bytes.size(), bytes.data());
    return uuid_text(bytes, 5);
}

} // namespace berth::hclfunc
