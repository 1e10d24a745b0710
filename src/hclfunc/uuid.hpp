// SPDX-License-Identifier: Apache-2.0
// UUIDs (RFC 9562) of versions 4 and 5, as text.
#pragma once

#include <string>
#include <string_view>

namespace berth::hclfunc {

std::string random_uuid();
// A UUID of version 5 for a name. The namespace is "dns", "url", "oid", "x500" or a UUID in any of
// its forms; otherwise it throws an Error.
std::string named_uuid(std::string_view name_space, std::string_view name);

} // namespace berth::hclfunc
