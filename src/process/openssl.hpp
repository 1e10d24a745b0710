// SPDX-License-Identifier: Apache-2.0
// OpenSSL 3, for TLS with remote builders. Its shared library is loaded at the first connection:
// linked, its tables of addresses are half of all that is relocated at each start, and the system's
// security updates would not reach it. The static program, which cannot load libraries, and
// programs for macOS, which would not find it, have it linked (openssl_linked.cpp).
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

// The functions used. Two of them stand for macros: SSL_ctrl for SSL_set_tlsext_host_name,
// SSL_CTX_ctrl for SSL_CTX_set_min_proto_version.
#define BERTH_OPENSSL_FUNCTIONS(each)                                                              \
    each(BIO_new);                                                                                 \
    each(BIO_read);                                                                                \
    each(BIO_s_mem);                                                                               \
    each(BIO_write);                                                                               \
    each(ERR_clear_error);                                                                         \
    each(ERR_get_error);                                                                           \
    each(ERR_reason_error_string);                                                                 \
    each(SSL_CTX_ctrl);                                                                            \
    each(SSL_CTX_free);                                                                            \
    each(SSL_CTX_load_verify_file);                                                                \
    each(SSL_CTX_new);                                                                             \
    each(SSL_CTX_set_default_passwd_cb);                                                           \
    each(SSL_CTX_set_verify);                                                                      \
    each(SSL_CTX_use_PrivateKey_file);                                                             \
    each(SSL_CTX_use_certificate_chain_file);                                                      \
    each(SSL_ctrl);                                                                                \
    each(SSL_do_handshake);                                                                        \
    each(SSL_free);                                                                                \
    each(SSL_get0_param);                                                                          \
    each(SSL_get_error);                                                                           \
    each(SSL_get_rbio);                                                                            \
    each(SSL_get_verify_result);                                                                   \
    each(SSL_get_wbio);                                                                            \
    each(SSL_new);                                                                                 \
    each(SSL_read);                                                                                \
    each(SSL_set1_host);                                                                           \
    each(SSL_set_alpn_protos);                                                                     \
    each(SSL_set_bio);                                                                             \
    each(SSL_set_connect_state);                                                                   \
    each(SSL_shutdown);                                                                            \
    each(SSL_write);                                                                               \
    each(TLS_client_method);                                                                       \
    each(X509_VERIFY_PARAM_set1_ip_asc);                                                           \
    each(X509_verify_cert_error_string)

namespace berth::process {

struct OpenSsl {
#define BERTH_MEMBER(name) decltype(&::name) name
    BERTH_OPENSSL_FUNCTIONS(BERTH_MEMBER);
#undef BERTH_MEMBER
};

// Throws TlsError if the library is missing or too old.
const OpenSsl &openssl();

} // namespace berth::process
