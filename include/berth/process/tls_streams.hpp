// SPDX-License-Identifier: Apache-2.0
// TLS over a command's standard input and output: the command carries encrypted bytes alone, and
// keys never leave this process.
#pragma once

#include "berth/process/runner.hpp"
#include "berth/util/error.hpp"

#include <string>

namespace berth::process {

struct TlsSettings {
    std::string server_name; // a host name or address, which the server's certificate must have
    std::string ca_file;     // PEM: who signed it
    std::string certificate_file = {}, key_file = {}; // PEM: this side's; empty: none
};

class TlsError : public Error {
  public:
    explicit TlsError(const std::string &what) : Error(what, ExitCode::builder_unavailable) {}
};

// `inner` as the plain side of a TLS client. Its `input` and `on_output` must be set. Throws
// TlsError when a file cannot be read; the streams throw it when the server's certificate is not
// right, or the handshake fails.
Streams with_tls(const Streams &inner, const TlsSettings &settings);

} // namespace berth::process
