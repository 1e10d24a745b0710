// SPDX-License-Identifier: Apache-2.0
#include "berth/util/loopback.hpp"

namespace berth {

bool is_loopback(std::string_view host) {
    if (host == "::1" || host.starts_with("[::1]"))
        return true;
    host = host.substr(0, host.find(':'));
    return host == "localhost" || (host.starts_with("127.") &&
                                   host.find_first_not_of("0123456789.") == std::string_view::npos);
}

} // namespace berth
