// SPDX-License-Identifier: Apache-2.0
// TLS over a command's standard input and output: the command carries only encrypted bytes, and
// keys never leave this process.
#pragma once

#include "berth/process/runner.hpp"
#include "berth/util/error.hpp"

#include <string>

namespace berth::process {

struct TlsSettings {
    std::string server_name; // host name or address that the server's certificate must contain
    std::string ca_file;     // PEM: its authority
    std::string certificate_file = {}, key_file = {}; // PEM: of the client; empty: none
};

class TlsError : public Error {
  public:
    explicit TlsError(const std::string &what, const std::string &hint = {})
        : Error(what, ExitCode::builder_unavailable, hint) {}
};

// A TLS client with `inner` as its plain side, whose `input` and `on_output` must be set. Throws
// TlsError if OpenSSL or a file cannot be read; the streams throw it if the certificate of the
// server is invalid or the handshake fails.
Streams with_tls(const Streams &inner, const TlsSettings &settings);

} // namespace berth::process
