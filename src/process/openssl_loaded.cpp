// SPDX-License-Identifier: Apache-2.0
// openssl() of the dynamic program: from the system's shared library.
#include "berth/process/tls_streams.hpp"
#include "berth/util/strings.hpp"

#include "openssl.hpp"

#include <fmt/format.h>

#include <dlfcn.h>

namespace berth::process {

namespace {

constexpr const char *library_name = "libssl.so.3";
constexpr const char *hint = "install OpenSSL 3, the package libssl3 on Debian and Ubuntu, "
                             "openssl-libs on Fedora";

OpenSsl load() {
    auto *library = ::dlopen(library_name, RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr) {
        const auto *reason = ::dlerror();
        throw TlsError(fmt::format("cannot load OpenSSL, which TLS needs: {}",
                                   printable(reason == nullptr ? library_name : reason)),
                       hint);
    }
    // Also finds the functions of libcrypto, which libssl depends on.
    auto find = [library]<typename Function>(Function &function, const char *name) {
        auto *symbol = ::dlsym(library, name);
        if (symbol == nullptr)
            throw TlsError(fmt::format("this machine's OpenSSL has no {}", name), hint);
        function = reinterpret_cast<Function>(symbol);
    };
    OpenSsl functions{};
#define BERTH_FIND(name) find(functions.name, #name)
    BERTH_OPENSSL_FUNCTIONS(BERTH_FIND);
#undef BERTH_FIND
    return functions;
}

} // namespace

const OpenSsl &openssl() {
    static const auto loaded = load();
    return loaded;
}

} // namespace berth::process
