// SPDX-License-Identifier: Apache-2.0
#include "ip_network.hpp"
#include "make.hpp"

#include <fmt/format.h>

namespace berth::hclfunc {

namespace {

// Limit for the extension of a prefix, as in docker buildx.
constexpr std::int64_t most_bits = 32;

Value host(Arguments arguments, const Type &) {
    auto number = to_integer(arguments[1]);
    return Value::string(host_text(parse_network(arguments[0].as_string()), number));
}

Value subnet_of(Arguments arguments, const Type &) {
    auto bits = to_integer(arguments[1]);
    auto number = to_integer(arguments[2]);
    auto network = parse_network(arguments[0].as_string());
    if (bits > most_bits)
        throw FunctionError("may not extend prefix by more than 32 bits");
    return Value::string(subnet(network, bits, number).text());
}

// The number of bits by which an argument extends the prefix.
int extension(const IpNetwork &network, const Value &value, std::size_t argument) {
    std::int64_t bits = 0;
    try {
        bits = to_integer(value);
    } catch (const FunctionError &error) {
        throw FunctionError(argument, error.what());
    }
    if (bits < 1)
        throw FunctionError(argument, "must extend prefix by at least one bit");
    if (bits > most_bits)
        throw FunctionError(argument, "may not extend prefix by more than 32 bits");
    auto length = network.prefix + static_cast<int>(bits);
    if (length > network.width)
        throw FunctionError(
            argument,
            fmt::format("would extend prefix to {} bits, which is too long for an {} address",
                        length, network.width == 32 ? "IPv4" : "IPv6"));
    return length;
}

Value subnets(Arguments arguments, const Type &) {
    IpNetwork network;
    try {
        network = parse_network(arguments[0].as_string());
    } catch (const Error &error) {
        throw FunctionError(0, error.what());
    }
    Value::List result;
    auto current = network;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        auto length = extension(network, arguments[at], at);
        if (at == 1)
            current = previous_subnet(network, length);
        // From the top of all addresses the first subnet is the one at the bottom.
        bool wraps = at == 1 && network.address == 0;
        auto next = wraps ? IpNetwork{0, network.width, length} : next_subnet(current, length);
        if (!next || !network.contains(next->address))
            throw FunctionError(at, fmt::format("not enough remaining address space for a subnet "
                                                "with a prefix of {} bits after {}",
                                                length, current.text()));
        current = *next;
        result.push_back(Value::string(current.text()));
    }
    return list_of(std::move(result), Type::string());
}

std::string netmask(std::string_view prefix) {
    return netmask_text(parse_network(prefix));
}

} // namespace

Functions network_functions() {
    return {
        {"cidrhost", make({text("prefix"), number("hostnum")}, Type::string(), host)},
        {"cidrnetmask", text_function(netmask, "prefix")},
        {"cidrsubnet",
         make({text("prefix"), number("newbits"), number("netnum")}, Type::string(), subnet_of)},
        {"cidrsubnets",
         make_variadic({text("prefix")}, number("newbits"), Type::list(Type::string()), subnets)},
    };
}

} // namespace berth::hclfunc
