// SPDX-License-Identifier: Apache-2.0
// Names of the loopback interface, by which every machine reaches itself.
#pragma once

#include <string_view>

namespace berth {

// Of a host, or HOST:PORT: localhost, 127.*, ::1 and [::1].
bool is_loopback(std::string_view host);

} // namespace berth
