// SPDX-License-Identifier: Apache-2.0
// openssl() of the static program, and of all but Linux. It replaces that of openssl_loaded.cpp,
// which the linker takes from the archive of all layers only where nothing else defines it.
#include "process/openssl.hpp"

namespace berth::process {

const OpenSsl &openssl() {
    static const auto linked = [] {
        OpenSsl functions{};
        auto take = [](auto &function, auto *from) { function = from; };
#define BERTH_TAKE(name) take(functions.name, &::name)
        BERTH_OPENSSL_FUNCTIONS(BERTH_TAKE);
#undef BERTH_TAKE
        return functions;
    }();
    return linked;
}

} // namespace berth::process
