// SPDX-License-Identifier: Apache-2.0
#include "curl.hpp"

#include "berth/util/error.hpp"
#include "berth/util/shared_library.hpp"

#ifdef __linux__
#include <sys/auxv.h>
#endif

namespace berth::registry {

namespace {

// Without a dynamic linker; other systems have no such programs.
bool is_static_program() {
#ifdef __linux__
    return ::getauxval(AT_BASE) == 0;
#else
    return false;
#endif
}

SharedLibrary open_library() {
    if (is_static_program())
        throw Error("this berth is linked statically, and cannot load libcurl, which speaks to "
                    "registries",
                    ExitCode::failure, "install berth's Debian package, or build it dynamically");
    return {{.title = "libcurl",
             .purpose = "which speaks to registries",
             .hint = "install libcurl 7.68 or later, the package libcurl4 on Debian and Ubuntu, "
                     "libcurl on Fedora"},
#ifdef __APPLE__
            {"libcurl.4.dylib"}};
#else
            {"libcurl.so.4", "libcurl-gnutls.so.4"}};
#endif
}

Curl load() {
    const auto library = open_library();
    Curl curl{};
    library.find(curl.global_init, "curl_global_init");
    library.find(curl.version_info, "curl_version_info");
    library.find(curl.slist_append, "curl_slist_append");
    library.find(curl.slist_free_all, "curl_slist_free_all");
    library.find(curl.easy_init, "curl_easy_init");
    library.find(curl.easy_setopt, "curl_easy_setopt");
    library.find(curl.easy_getinfo, "curl_easy_getinfo");
    library.find(curl.easy_pause, "curl_easy_pause");
    library.find(curl.easy_cleanup, "curl_easy_cleanup");
    library.find(curl.easy_strerror, "curl_easy_strerror");
    library.find(curl.multi_init, "curl_multi_init");
    library.find(curl.multi_add_handle, "curl_multi_add_handle");
    library.find(curl.multi_remove_handle, "curl_multi_remove_handle");
    library.find(curl.multi_perform, "curl_multi_perform");
    library.find(curl.multi_poll, "curl_multi_poll");
    library.find(curl.multi_wakeup, "curl_multi_wakeup");
    library.find(curl.multi_info_read, "curl_multi_info_read");
    library.find(curl.multi_cleanup, "curl_multi_cleanup");
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
