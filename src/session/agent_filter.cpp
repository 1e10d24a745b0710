// SPDX-License-Identifier: Apache-2.0
#include "agent_filter.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace berth::session {
namespace {

constexpr std::size_t largest_message = 256u << 10; // OpenSSH's limit
constexpr char request_identities = 11;
constexpr char sign_request = 13;

// A message of only an unknown type, to which agents answer with a failure.
constexpr std::string_view refused("\0\0\0\1\xff", 5);

std::size_t length_of(std::string_view message) {
    std::uint32_t length = 0;
    for (int i = 0; i < 4; ++i)
        length = length << 8 | static_cast<unsigned char>(message[static_cast<std::size_t>(i)]);
    return length;
}

} // namespace

void AgentFilter::feed(std::string_view bytes, std::string &to_agent) {
    waiting_ += bytes;
    std::string_view rest = waiting_;
    while (rest.size() >= 4) {
        auto length = length_of(rest);
        if (length == 0 || length > largest_message)
            throw Error(fmt::format("an SSH agent cannot have a message of {} bytes", length));
        if (rest.size() < 4 + length)
            break;
        bool allowed = rest[4] == request_identities || rest[4] == sign_request;
        to_agent += allowed ? rest.substr(0, 4 + length) : refused;
        rest.remove_prefix(4 + length);
    }
    waiting_.erase(0, waiting_.size() - rest.size());
}

} // namespace berth::session
