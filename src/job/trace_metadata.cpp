// SPDX-License-Identifier: Apache-2.0
#include "trace_metadata.hpp"

#include "berth/util/strings.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace berth::job {

namespace {

// VERSION-TRACE-SPAN-FLAGS, in lower-case hexadecimal digits.
bool is_parent(const std::string &text) {
    constexpr std::array<std::size_t, 4> digits = {2, 32, 16, 2};
    auto parts = split(text, '-');
    if (parts.size() != digits.size())
        return false;
    for (std::size_t i = 0; i < digits.size(); ++i)
        if (parts[i].size() != digits[i] ||
            parts[i].find_first_not_of("0123456789abcdef") != std::string::npos)
            return false;
    return true;
}

bool is_header_text(std::string_view text) {
    constexpr std::size_t longest = 512; // of the specification
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

buildkit::Metadata trace_metadata(const Environment &environment) {
    auto parent = environment.get("TRACEPARENT"), state = environment.get("TRACESTATE");
    if (!is_parent(parent))
        return {};
    buildkit::Metadata metadata = {{"traceparent", parent}};
    if (is_header_text(state))
        metadata.emplace("tracestate", state);
    return metadata;
}

} // namespace berth::job
