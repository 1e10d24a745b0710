// SPDX-License-Identifier: Apache-2.0
// openssl() of the dynamic program: from the system's shared library.
#include "berth/process/tls_streams.hpp"
#include "berth/util/shared_library.hpp"

#include "openssl.hpp"

namespace berth::process {

namespace {

OpenSsl load() try {
    const SharedLibrary library({.title = "OpenSSL",
                                 .purpose = "which TLS needs",
                                 .hint = "install OpenSSL 3, the package libssl3 on Debian and "
                                         "Ubuntu, openssl-libs on Fedora"},
                                {"libssl.so.3"});
    OpenSsl functions{};
#define BERTH_FIND(name) library.find(functions.name, #name)
    BERTH_OPENSSL_FUNCTIONS(BERTH_FIND);
#undef BERTH_FIND
    return functions;
} catch (const Error &error) {
    throw TlsError(error.what(), error.hint());
}

} // namespace

const OpenSsl &openssl() {
    static const auto loaded = load();
    return loaded;
}

} // namespace berth::process
