// SPDX-License-Identifier: Apache-2.0
#include "ip_network.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>

namespace berth::hclfunc {

namespace {

AddressBits host_mask(int width, int prefix) {
    auto bits = width - prefix;
    return bits >= 128 ? ~AddressBits{0} : (AddressBits{1} << bits) - 1;
}

AddressBits full_mask(int width) {
    return host_mask(width, 0);
}

AddressBits prefix_mask(int width, int prefix) {
    return full_mask(width) & ~host_mask(width, prefix);
}

AddressBits from_bytes(const unsigned char *bytes, std::size_t size) {
    AddressBits value = 0;
    for (std::size_t at = 0; at < size; ++at)
        value = value << 8 | bytes[at];
    return value;
}

std::optional<IpNetwork> parse_address(const std::string &text) {
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
        return IpNetwork{from_bytes(bytes.data(), 4), 32, 32};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
        return IpNetwork{from_bytes(bytes.data(), 16), 128, 128};
    return std::nullopt;
}

std::optional<int> parse_prefix(std::string_view text) {
    if (text.empty() || text.size() > 8 ||
        text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    return std::stoi(std::string(text));
}

std::string ipv4_text(AddressBits address) {
    auto byte = [&](int shift) { return static_cast<unsigned>(address >> shift & 255); };
    return fmt::format("{}.{}.{}.{}", byte(24), byte(16), byte(8), byte(0));
}

bool is_mapped_ipv4(AddressBits address) {
    return address >> 32 == 0xFFFF;
}

struct Run {
    int start;
    int size;
};
// The longest run of at least two zero groups.
Run longest_zeros(const std::array<unsigned, 8> &groups) {
    Run best{8, 1};
    for (int start = 0; start < 8; ++start) {
        int end = start;
        while (end < 8 && groups[static_cast<std::size_t>(end)] == 0)
            ++end;
        if (end - start > best.size)
            best = {start, end - start};
    }
    return best;
}

std::string ipv6_text(AddressBits address) {
    std::array<unsigned, 8> groups{};
    for (std::size_t at = 0; at < 8; ++at)
        groups[at] = static_cast<unsigned>(address >> (112 - 16 * at) & 0xFFFF);
    auto [zeros, size] = longest_zeros(groups);
    std::string text;
    for (int at = 0; at < 8; ++at) {
        if (at == zeros) {
            text += "::";
            at += size;
            if (at >= 8)
                break;
        } else if (at > 0) {
            text += ':';
        }
        text += fmt::format("{:x}", groups[static_cast<std::size_t>(at)]);
    }
    return text;
}

} // namespace

std::string address_text(AddressBits address, int width) {
    if (width == 32 || is_mapped_ipv4(address))
        return ipv4_text(address);
    return ipv6_text(address);
}

std::string IpNetwork::text() const {
    auto shown = width == 128 && is_mapped_ipv4(address) ? std::max(0, prefix - 96) : prefix;
    return fmt::format("{}/{}", address_text(address, width), shown);
}

bool IpNetwork::contains(AddressBits other) const {
    auto mask = prefix_mask(width, prefix);
    return (other & mask) == (address & mask);
}

AddressBits IpNetwork::last() const {
    return address | host_mask(width, prefix);
}

IpNetwork parse_network(std::string_view text) {
    auto slash = text.find('/');
    if (slash != std::string_view::npos && text.find('\0') == std::string_view::npos) {
        auto network = parse_address(std::string(text.substr(0, slash)));
        auto prefix = parse_prefix(text.substr(slash + 1));
        if (network && prefix && *prefix <= network->width) {
            network->prefix = *prefix;
            network->address &= prefix_mask(network->width, *prefix);
            return *network;
        }
    }
    throw Error(fmt::format("invalid CIDR expression: invalid CIDR address: {}", text));
}

std::string netmask_text(const IpNetwork &network) {
    return address_text(prefix_mask(network.width, network.prefix), network.width);
}

std::string host_text(const IpNetwork &network, std::int64_t number) {
    auto last = host_mask(network.width, network.prefix);
    auto host = static_cast<AddressBits>(number);
    auto checked = host;
    if (number < 0) {
        checked = static_cast<AddressBits>(-(number + 1));
        host = last - checked;
    }
    if (checked > last)
        throw Error(fmt::format("prefix of {} does not accommodate a host numbered {}",
                                network.prefix, number));
    return address_text(network.address | host, network.width);
}

IpNetwork subnet(const IpNetwork &network, std::int64_t bits, std::int64_t number) {
    auto room = network.width - network.prefix;
    if (bits > room)
        throw Error(fmt::format("insufficient address space to extend prefix of {} by {}",
                                network.prefix, bits));
    // A shift by a negative number of bits yields zero in Go, which means the greatest number here.
    auto most = bits < 0 || bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    if (bits < 0 || static_cast<std::uint64_t>(number) > most)
        throw Error(fmt::format("prefix extension of {} does not accommodate a subnet numbered {}",
                                bits, number));
    auto result = network;
    result.prefix += static_cast<int>(bits);
    auto shift = result.width - result.prefix;
    if (number != 0)
        result.address |= static_cast<AddressBits>(static_cast<std::uint64_t>(number)) << shift;
    return result;
}

IpNetwork previous_subnet(const IpNetwork &network, int prefix) {
    auto address = (network.address - 1) & full_mask(network.width);
    return {address & prefix_mask(network.width, prefix), network.width, prefix};
}

std::optional<IpNetwork> next_subnet(const IpNetwork &network, int prefix) {
    auto start = network.last() & prefix_mask(network.width, prefix);
    auto next = (start | host_mask(network.width, prefix)) + 1;
    next &= full_mask(network.width);
    if (next == 0)
        return std::nullopt;
    return IpNetwork{next, network.width, prefix};
}

} // namespace berth::hclfunc
