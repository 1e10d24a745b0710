// SPDX-License-Identifier: Apache-2.0
// Semantic versions, and constraints on them as the Go package Masterminds/semver reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace berth::hclfunc {

struct Version {
    std::uint64_t major = 0;
    std::uint64_t minor = 0;
    std::uint64_t patch = 0;
    std::string prerelease; // without its hyphen; build metadata does not count
};

// "1.2.3-rc.1+5", also with a leading "v", or without minor and patch. Throws an Error.
Version parse_version(std::string_view text);
// Negative, zero or positive, by the precedence of SemVer.
int compare(const Version &left, const Version &right);

// Whether `version` satisfies the constraint: alternatives separated by "||", each a list of
// comparisons that must all hold ("=", "!=", ">", "<", ">=", "<=", "~", "~>", "^", ranges "1.2 -
// 2.0", "x" and "*" for any number). A prerelease only satisfies alternatives that name one. Throws
// an Error.
bool satisfies(const Version &version, std::string_view constraint);

} // namespace berth::hclfunc
