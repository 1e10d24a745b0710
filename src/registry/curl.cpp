// SPDX-License-Identifier: Apache-2.0
#include "curl.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <dlfcn.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

namespace berth::registry {

namespace {

#ifdef __APPLE__
constexpr const char *names[] = {"libcurl.4.dylib"};
#else
constexpr const char *names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif
constexpr const char *hint = "install libcurl 7.68 or later, the package libcurl4 on Debian "
                             "and Ubuntu, libcurl on Fedora";

// Without a dynamic linker; other systems have no such programs.
bool is_static_program() {
#ifdef __linux__
    return ::getauxval(AT_BASE) == 0;
#else
    return false;
#endif
}

void *open_library() {
    if (is_static_program())
        throw Error("this berth is linked statically, and cannot load libcurl, which speaks to "
                    "registries",
                    ExitCode::failure, "install berth's Debian package, or build it dynamically");
    std::string reason;
    for (const auto *name : names) {
        if (auto *library = ::dlopen(name, RTLD_LAZY | RTLD_LOCAL))
            return library;
        if (const auto *error = ::dlerror(); error != nullptr && reason.empty())
            reason = error;
    }
    throw Error(
        fmt::format("cannot load libcurl, which speaks to registries: {}", printable(reason)),
        ExitCode::failure, hint);
}

template<typename Function>
void find(void *library, Function &function, const char *name) {
    auto *symbol = ::dlsym(library, name);
    if (symbol == nullptr)
        throw Error(fmt::format("this machine's libcurl has no {}", name), ExitCode::failure, hint);
    function = reinterpret_cast<Function>(symbol);
}

Curl load() {
    auto *library = open_library();
    Curl curl{};
    find(library, curl.global_init, "curl_global_init");
    find(library, curl.version_info, "curl_version_info");
    find(library, curl.slist_append, "curl_slist_append");
    find(library, curl.slist_free_all, "curl_slist_free_all");
    find(library, curl.easy_init, "curl_easy_init");
    find(library, curl.easy_setopt, "curl_easy_setopt");
    find(library, curl.easy_getinfo, "curl_easy_getinfo");
    find(library, curl.easy_pause, "curl_easy_pause");
    find(library, curl.easy_cleanup, "curl_easy_cleanup");
    find(library, curl.easy_strerror, "curl_easy_strerror");
    find(library, curl.multi_init, "curl_multi_init");
    find(library, curl.multi_add_handle, "curl_multi_add_handle");
    find(library, curl.multi_remove_handle, "curl_multi_remove_handle");
    find(library, curl.multi_perform, "curl_multi_perform");
    find(library, curl.multi_poll, "curl_multi_poll");
    find(library, curl.multi_wakeup, "curl_multi_wakeup");
    find(library, curl.multi_info_read, "curl_multi_info_read");
    find(library, curl.multi_cleanup, "curl_multi_cleanup");
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        throw Error("cannot start libcurl");
    return curl;
}

} // namespace

const Curl &curl() {
    static const Curl loaded = load();
    return loaded;
}

} // namespace berth::registry
