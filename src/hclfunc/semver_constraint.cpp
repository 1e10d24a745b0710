// SPDX-License-Identifier: Apache-2.0
#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include "regexp.hpp"
#include "semver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hclfunc {

namespace {

struct Comparison {
    std::string_view operation;
    Version version;
    // The parts that the constraint leaves open, as in "1.x" or "1".
    enum class Open { nothing, patch, minor, all } open = Open::nothing;
};
using Open = Comparison::Open;

// The pattern of a version in a constraint: three groups for its numbers, one for its prerelease.
const std::string &version_form() {
    static const std::string form =
        R"(v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?)"
        R"((-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)";
    return form;
}

const std::string &operator_form() {
    static const std::string form = R"((=>|=<|=|!=|>=|>|<=|<|~>|~|\^)?)";
    return form;
}

// "1.2 - 2.0" is ">= 1.2, <= 2.0".
std::string with_ranges_rewritten(std::string text) {
    static const Regexp range(fmt::format(R"(\s*({0})\s+-\s+({0})\s*)", version_form()));
    auto original = text;
    for (const auto &match : range.find_all(original)) {
        auto at = text.find(*match[0]);
        text.replace(at, match[0]->size(), fmt::format(">= {}, <= {} ", *match[1], *match[6]));
    }
    return text;
}

bool is_any(std::string_view number) {
    return number == "x" || number == "X" || number == "*";
}

// Whether a number, perhaps with its leading dot, is missing or a wildcard.
bool is_open(std::optional<std::string_view> number) {
    if (!number)
        return true;
    return is_any(number->starts_with('.') ? number->substr(1) : *number);
}

Comparison comparison(const Regexp::Match &groups) {
    Comparison result;
    result.operation = groups[1].value_or("");
    auto prerelease = groups[5].value_or("");
    std::string version;
    if (is_open(groups[2])) {
        result.open = Open::all;
        version = "0.0.0";
    } else if (is_open(groups[3])) {
        result.open = Open::minor;
        version = std::string(*groups[2]) + ".0.0";
    } else if (is_open(groups[4])) {
        result.open = Open::patch;
        version = std::string(*groups[2]).append(*groups[3]) + ".0";
    } else {
        version = std::string(*groups[2]).append(*groups[3]).append(*groups[4]);
    }
    try {
        result.version = parse_version(version.append(prerelease));
    } catch (const Error &) {
        throw Error("constraint parser error");
    }
    return result;
}

std::vector<Comparison> comparisons(std::string_view alternative) {
    static const auto one = operator_form() + R"(\s*)" + version_form();
    static const Regexp all(fmt::format(R"(^\s*{0}\s*(?:(?:\s+|,\s*){0}\s*)*$)", one));
    static const Regexp each(one);
    if (!all.find(alternative))
        throw Error(fmt::format("improper constraint: {}", alternative));
    std::vector<Comparison> result;
    for (const auto &match : each.find_all(alternative))
        result.push_back(comparison(match));
    return result;
}

bool differs(const Version &version, const Comparison &c) {
    if (c.open == Open::nothing || c.open == Open::all)
        return version.major != c.version.major || compare(version, c.version) != 0;
    if (version.major != c.version.major)
        return true;
    if (c.open == Open::minor)
        return false;
    if (version.minor != c.version.minor)
        return true;
    auto with_prerelease = [](const std::string &prerelease) {
        return Version{0, 0, 0, prerelease};
    };
    return compare(with_prerelease(version.prerelease), with_prerelease(c.version.prerelease)) != 0;
}

bool is_above(const Version &version, const Comparison &c) {
    if (c.open == Open::nothing || c.open == Open::all)
        return compare(version, c.version) > 0;
    if (version.major != c.version.major)
        return version.major > c.version.major;
    return c.open == Open::patch && version.minor > c.version.minor;
}

bool is_at_most(const Version &version, const Comparison &c) {
    if (c.open == Open::nothing)
        return compare(version, c.version) <= 0;
    if (version.major != c.version.major)
        return version.major < c.version.major;
    return c.open == Open::minor || version.minor <= c.version.minor;
}

// "~1.2": at least that version, and equal in all given numbers but the last.
bool is_near(const Version &version, const Comparison &c) {
    const auto &least = c.version;
    if (compare(version, least) < 0)
        return false;
    bool zero = least.major == 0 && least.minor == 0 && least.patch == 0;
    if (zero && (c.open == Open::nothing || c.open == Open::all))
        return true;
    return version.major == least.major && (version.minor == least.minor || c.open == Open::minor);
}

// "^1.2": at least that version, and equal up to the first nonzero number.
bool is_compatible(const Version &version, const Comparison &c) {
    const auto &least = c.version;
    if (compare(version, least) < 0)
        return false;
    if (least.major > 0 || c.open == Open::minor)
        return version.major == least.major;
    if (version.major > 0)
        return false;
    if (least.minor > 0 || c.open == Open::patch)
        return version.minor == least.minor;
    return version.minor == 0 && version.patch == least.patch;
}

bool holds(const Version &version, const Comparison &c) {
    const auto &operation = c.operation;
    if (operation.empty() || operation == "=")
        return c.open == Open::nothing ? compare(version, c.version) == 0 : is_near(version, c);
    if (operation == "!=")
        return differs(version, c);
    if (operation == ">")
        return is_above(version, c);
    if (operation == "<")
        return compare(version, c.version) < 0;
    if (operation == ">=" || operation == "=>")
        return compare(version, c.version) >= 0;
    if (operation == "<=" || operation == "=<")
        return is_at_most(version, c);
    return operation == "^" ? is_compatible(version, c) : is_near(version, c);
}

bool all_hold(const Version &version, const std::vector<Comparison> &all) {
    bool names_prerelease = std::any_of(
        all.begin(), all.end(), [](const Comparison &c) { return !c.version.prerelease.empty(); });
    if (!version.prerelease.empty() && !names_prerelease)
        return false;
    return std::all_of(all.begin(), all.end(),
                       [&](const Comparison &c) { return holds(version, c); });
}

} // namespace

bool satisfies(const Version &version, std::string_view constraint) {
    auto text = with_ranges_rewritten(std::string(constraint));
    bool any = false;
    for (std::string_view rest = text;;) {
        auto end = rest.find("||");
        any = all_hold(version, comparisons(rest.substr(0, end))) || any;
        if (end == std::string_view::npos)
            return any;
        rest.remove_prefix(end + 2);
    }
}

} // namespace berth::hclfunc
