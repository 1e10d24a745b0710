// SPDX-License-Identifier: Apache-2.0
// Ranges of IP addresses in CIDR notation, and subnets and hosts in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::hclfunc {

__extension__ using AddressBits = unsigned __int128;

struct IpNetwork {
    AddressBits address = 0; // its low `width` bits
    int width = 32;          // 32 for IPv4, 128 for IPv6
    int prefix = 0;          // bits that all addresses share

    // "10.0.0.0/8". An IPv4 address inside IPv6 is written as IPv4, as in Go.
    std::string text() const;
    bool contains(AddressBits other) const;
    AddressBits last() const;
};

// Throws an Error in Go's words if it is not CIDR notation. Bits beyond the prefix are dropped.
IpNetwork parse_network(std::string_view text);
std::string address_text(AddressBits address, int width);
// The prefix as an address: "255.255.255.0".
std::string netmask_text(const IpNetwork &network);

// The host with this number; negative numbers count from the end. Throws an Error if it does not
// exist.
std::string host_text(const IpNetwork &network, std::int64_t number);
// The subnet with this number, with a prefix longer by `bits`. Throws an Error if it does not
// exist.
IpNetwork subnet(const IpNetwork &network, std::int64_t bits, std::int64_t number);

// The network with this prefix right below `network`; wraps around at the lowest address.
IpNetwork previous_subnet(const IpNetwork &network, int prefix);
// The next network with this prefix above `network`; nothing beyond the highest address.
std::optional<IpNetwork> next_subnet(const IpNetwork &network, int prefix);

} // namespace berth::hclfunc
