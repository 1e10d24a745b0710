// SPDX-License-Identifier: Apache-2.0
#include "berth/util/encoding.hpp"

#include "base64.hpp"
#include "make.hpp"
#include "private_key.hpp"
#include "unicode_text.hpp"
#include "uuid.hpp"

#include <fmt/format.h>
#include <nettle/blowfish.h>
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <unistd.h>

namespace berth::hclfunc {

namespace {

Function digest_function(const nettle_hash &hash) {
    return text_function(
        [&hash](std::string_view text) {
            std::vector<std::uint8_t> context(hash.context_size);
            std::vector<std::uint8_t> digest(hash.digest_size);
            hash.init(context.data());
            hash.update(context.data(), text.size(),
                        reinterpret_cast<const std::uint8_t *>(text.data()));
            hash.digest(context.data(), digest.size(), digest.data());
            std::string hex;
            for (auto byte : digest)
                hex += fmt::format("{:02x}", byte);
            return hex;
        },
        "str");
}

std::string bcrypt_hash(std::string_view password, std::int64_t cost) {
    constexpr std::size_t longest = 72;
    if (password.size() > longest)
        throw FunctionError("error occured generating password bcrypt: password length exceeds "
                            "72 bytes");
    if (cost > 31)
        throw FunctionError(fmt::format("error occured generating password crypto/bcrypt: cost {} "
                                        "is outside allowed inclusive range 4..31",
                                        cost));
    if (cost < 4)
        cost = 10; // the default of Go's package
    std::uint8_t salt[BLOWFISH_BCRYPT_BINSALT_SIZE];
    std::uint8_t hash[BLOWFISH_BCRYPT_HASH_SIZE];
    constexpr std::string_view scheme = "2a";
    bool done = getentropy(salt, sizeof salt) == 0 &&
                blowfish_bcrypt_hash(
                    hash, password.size(), reinterpret_cast<const std::uint8_t *>(password.data()),
                    scheme.size(), reinterpret_cast<const std::uint8_t *>(scheme.data()),
                    static_cast<int>(cost), salt) != 0;
    if (!done)
        throw FunctionError("error occured generating password");
    return reinterpret_cast<const char *>(hash);
}

Value bcrypt(Arguments arguments, const Type &) {
    auto cost = arguments.size() > 1 ? to_integer(arguments[1]) : 10;
    if (arguments.size() > 2)
        throw FunctionError("bcrypt() takes no more than two arguments");
    return Value::string(bcrypt_hash(arguments[0].as_string(), cost));
}

std::string decrypted(const std::string &cipher_text, std::string_view key) {
    auto bytes = strict_base64_decode(cipher_text);
    if (!bytes)
        throw FunctionError(fmt::format(
            "failed to decode input {}: cipher text must be base64-encoded", quoted(cipher_text)));
    return decrypt_with_key(*bytes, key);
}

Value uuid(Arguments, const Type &) {
    return Value::string(random_uuid());
}

} // namespace

Functions crypto_functions() {
    return {
        {"bcrypt", make_variadic({text("str")}, number("cost"), Type::string(), bcrypt)},
        {"md5", digest_function(nettle_md5)},
        {"rsadecrypt", text_function(decrypted, "ciphertext", "privatekey")},
        {"sha1", digest_function(nettle_sha1)},
        {"sha256", digest_function(nettle_sha256)},
        {"sha512", digest_function(nettle_sha512)},
        {"uuidv4", make({}, Type::string(), uuid)},
        {"uuidv5", text_function(named_uuid, "namespace", "name")},
    };
}

} // namespace berth::hclfunc
