// SPDX-License-Identifier: Apache-2.0
#include "glob.hpp"

namespace berth::bake {

namespace {

// A class like `[^a-z]`, after its `[` was removed from `pattern`.
Match match_class(std::string_view &pattern, char c) {
    bool negated = pattern.starts_with('^'), found = false;
    if (negated)
        pattern.remove_prefix(1);
    auto next = [&pattern](char &result) {
        if (pattern.starts_with('\\'))
            pattern.remove_prefix(1);
        else if (pattern.starts_with('-') || pattern.starts_with(']'))
            return false;
        if (pattern.empty())
            return false;
        result = pattern.front();
        pattern.remove_prefix(1);
        return !pattern.empty();
    };
    for (bool first = true; first || !pattern.starts_with(']'); first = false) {
        char low = 0;
        if (!next(low))
            return Match::bad_pattern;
        char high = low;
        if (pattern.starts_with('-')) {
            pattern.remove_prefix(1);
            if (!next(high))
                return Match::bad_pattern;
        }
        found = found || (low <= c && c <= high);
    }
    pattern.remove_prefix(1);
    return found != negated ? Match::yes : Match::no;
}

// Matches one element of the pattern other than a star.
Match match_one(std::string_view &pattern, char c) {
    char element = pattern.front();
    pattern.remove_prefix(1);
    if (element == '[')
        return match_class(pattern, c);
    if (element == '?')
        return c != '/' ? Match::yes : Match::no;
    if (element == '\\') {
        if (pattern.empty())
            return Match::bad_pattern;
        element = pattern.front();
        pattern.remove_prefix(1);
    }
    return element == c ? Match::yes : Match::no;
}

} // namespace

Match match(std::string_view pattern, std::string_view name) {
    // Where to resume when the latest star must match another character.
    std::string_view star_pattern, star_name;
    bool star = false;
    while (!name.empty() || !pattern.empty()) {
        auto result = Match::no;
        if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            star = true;
            star_pattern = pattern;
            star_name = name;
            continue;
        }
        auto rest = pattern;
        if (!rest.empty() && !name.empty())
            result = match_one(rest, name.front());
        if (result == Match::bad_pattern)
            return result;
        if (result == Match::yes) {
            pattern = rest;
            name.remove_prefix(1);
            continue;
        }
        if (!star || star_name.empty() || star_name.front() == '/')
            return Match::no;
        star_name.remove_prefix(1);
        pattern = star_pattern;
        name = star_name;
    }
    return Match::yes;
}

} // namespace berth::bake
