// SPDX-License-Identifier: Apache-2.0
#include "semver.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "regexp.hpp"
#include "unicode_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace berth::hclfunc {

namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::uint64_t> unsigned_number(std::string_view text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!is_number(text) || error != std::errc())
        return std::nullopt;
    return value;
}

std::uint64_t segment(std::optional<std::string_view> text) {
    if (!text)
        return 0;
    if (auto value = unsigned_number(*text))
        return *value;
    throw Error(fmt::format(
        "error parsing version segment: strconv.ParseUint: parsing {}: value out of range",
        quoted(*text)));
}

void check_prerelease(const std::string &prerelease) {
    for (const auto &part : split(prerelease, '.'))
        if (is_number(part) && part.size() > 1 && part.front() == '0')
            throw Error("version segment starts with 0");
}

int compare_numbers(std::uint64_t left, std::uint64_t right) {
    return left < right ? -1 : left > right ? 1 : 0;
}

// Numbers sort before words, and a missing part before all others.
int compare_parts(std::string_view left, std::string_view right) {
    if (left.empty() || right.empty() || left == right)
        return left == right ? 0 : left.empty() ? -1 : 1;
    auto left_number = unsigned_number(left);
    auto right_number = unsigned_number(right);
    if (left_number && right_number)
        return *left_number > *right_number ? 1 : -1;
    if (left_number || right_number)
        return left_number ? -1 : 1;
    return left > right ? 1 : -1;
}

int compare_prereleases(const std::string &left, const std::string &right) {
    if (left.empty() || right.empty())
        return left == right ? 0 : left.empty() ? 1 : -1;
    auto left_parts = split(left, '.');
    auto right_parts = split(right, '.');
    auto count = std::max(left_parts.size(), right_parts.size());
    left_parts.resize(count);
    right_parts.resize(count);
    for (std::size_t at = 0; at < count; ++at)
        if (auto order = compare_parts(left_parts[at], right_parts[at]); order != 0)
            return order;
    return 0;
}

} // namespace

Version parse_version(std::string_view text) {
    static const Regexp form(R"(^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?)"
                             R"((?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?)"
                             R"((?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$)");
    auto match = form.find(text);
    if (!match)
        throw Error("invalid semantic version");
    const auto &groups = *match;
    Version version{segment(groups[1]), segment(groups[2]), segment(groups[3]),
                    std::string(groups[4].value_or(""))};
    check_prerelease(version.prerelease);
    return version;
}

int compare(const Version &left, const Version &right) {
    for (auto part : {&Version::major, &Version::minor, &Version::patch})
        if (auto order = compare_numbers(left.*part, right.*part); order != 0)
            return order;
    return compare_prereleases(left.prerelease, right.prerelease);
}

} // namespace berth::hclfunc
