// SPDX-License-Identifier: Apache-2.0
#include "private_key.hpp"

#include "berth/util/error.hpp"

#include "base64.hpp"

#include <nettle/bignum.h>
#include <nettle/rsa.h>

#include <vector>

namespace berth::hclfunc {

namespace {

// The lines of a PEM block between its header and footer.
std::string_view pem_body(std::string_view pem) {
    constexpr std::string_view begin = "-----BEGIN ";
    auto start = pem.starts_with(begin) ? 0 : pem.find("\n-----BEGIN ");
    auto line_end = start == std::string_view::npos ? start : pem.find('\n', start + 1);
    auto end = line_end == std::string_view::npos ? line_end : pem.find("\n-----END ", line_end);
    if (end == std::string_view::npos)
        throw Error("failed to parse key: no key found");
    return pem.substr(line_end + 1, end - line_end);
}

std::string der_of(std::string_view pem) {
    auto body = pem_body(pem);
    auto headers_end = body.find("\n\n");
    auto headers = body.substr(0, headers_end);
    if (headers_end != std::string_view::npos && headers.find(": ") != std::string_view::npos) {
        if (headers.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos)
            throw Error("failed to parse key: password protected keys are not supported. Please "
                        "decrypt the key prior to use");
        body.remove_prefix(headers_end + 2);
    }
    auto der = strict_base64_decode(body);
    if (!der)
        throw Error("failed to parse key: no key found");
    return *der;
}

class KeyPair {
  public:
    explicit KeyPair(const std::string &der) {
        rsa_public_key_init(&public_);
        rsa_private_key_init(&private_);
        // The largest key that Go accepts, which also bounds the work.
        constexpr unsigned most_bits = 16384;
        if (rsa_keypair_from_der(&public_, &private_, most_bits, der.size(),
                                 reinterpret_cast<const std::uint8_t *>(der.data())) == 0) {
            clear();
            throw Error("failed to parse key: not an RSA private key in PKCS #1");
        }
    }
    ~KeyPair() { clear(); }
    KeyPair(const KeyPair &) = delete;
    KeyPair &operator=(const KeyPair &) = delete;

    std::string decrypt(std::string_view cipher_text) const {
        mpz_t number;
        nettle_mpz_init_set_str_256_u(number, cipher_text.size(),
                                      reinterpret_cast<const std::uint8_t *>(cipher_text.data()));
        std::vector<std::uint8_t> message(public_.size);
        std::size_t size = message.size();
        bool fits = cipher_text.size() <= public_.size && mpz_cmp(number, public_.n) < 0;
        bool done = fits && ::rsa_decrypt(&private_, &size, message.data(), number) != 0;
        mpz_clear(number);
        if (!done)
            throw Error("crypto/rsa: decryption error");
        return {message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size)};
    }

  private:
    void clear() {
        rsa_public_key_clear(&public_);
        rsa_private_key_clear(&private_);
    }

    rsa_public_key public_{};
    rsa_private_key private_{};
};

} // namespace

std::string decrypt_with_key(std::string_view cipher_text, std::string_view private_key) {
    return KeyPair(der_of(private_key)).decrypt(cipher_text);
}

} // namespace berth::hclfunc
