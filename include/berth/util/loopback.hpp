// SPDX-License-Identifier: Apache-2.0
// Names of the loopback interface.
#pragma once

#include <string_view>

namespace berth {

// Whether a host, or HOST:PORT, is one of localhost, 127.*, ::1 and [::1].
bool is_loopback(std::string_view host);

} // namespace berth
