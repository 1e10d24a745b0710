// SPDX-License-Identifier: Apache-2.0
#include "berth/util/shared_library.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <dlfcn.h>

namespace berth {

SharedLibrary::SharedLibrary(Description description, const std::vector<const char *> &names)
    : description_(std::move(description)) {
    std::string reason;
    for (const auto *name : names) {
        library_ = ::dlopen(name, RTLD_LAZY | RTLD_LOCAL);
        if (library_ != nullptr)
            return;
        if (const auto *error = ::dlerror(); error != nullptr && reason.empty())
            reason = error;
    }
    throw Error(fmt::format("cannot load {}, {}: {}", description_.title, description_.purpose,
                            printable(reason)),
                ExitCode::failure, description_.hint);
}

void *SharedLibrary::symbol(const char *name) const {
    auto *found = ::dlsym(library_, name);
    if (found == nullptr)
        throw Error(fmt::format("this machine's {} has no {}", description_.title, name),
                    ExitCode::failure, description_.hint);
    return found;
}

} // namespace berth
