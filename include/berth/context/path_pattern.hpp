// SPDX-License-Identifier: Apache-2.0
// One compiled pattern of a .dockerignore file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::context {

// Matches like moby/patternmatcher v0.6, including its oddities, since BuildKit applies the same
// file again: a pattern without wildcards is compared literally, `x**` is a prefix, `**x` a suffix,
// and everything else becomes a Go regular expression (`*` is `[^/]*`, `**` is `(.*/)?`, at the end
// `.*`). It supports the expressions that a pattern can yield. Matching takes time proportional to
// path length times pattern length, whatever the pattern.
class PathPattern {
  public:
    // `pattern` is cleaned (see clean_path) and has no `!`. Throws std::invalid_argument with the
    // reason, without naming the pattern.
    explicit PathPattern(std::string_view pattern);

    // `path`: slash-separated, relative, without a leading `./`; bytes, UTF-8 where it is valid.
    bool matches(std::string_view path) const;
    // Whether a path inside the directory could match.
    bool may_match_below(std::string_view directory) const;

  private:
    enum class Kind : char { exact, prefix, suffix, expression };

    // A step of the expression consumes one character of its set, or is a condition or a detour.
    struct Step {
        enum class Type : char {
            one,      // a character of the set
            many,     // any number of them
            optional, // at most one of them
            skip,     // `(.*/)?`, its beginning: it can be skipped
            through,  // `(.*/)?`, its inside: anything but a newline, left after a slash
            begin,    // zero width, as the rest
            end,
            boundary,
            no_boundary,
        };
        Type type = Type::one;
        bool negated = false;
        std::vector<std::pair<char32_t, char32_t>> ranges = {};

        bool takes(char32_t c) const;
    };
    class Compiler;
    template<class Set>
    struct Run;

    void find_literals();
    bool run(std::string_view text, bool whole) const;

    Kind kind_ = Kind::exact;
    std::string text_; // compared by exact, prefix and suffix
    // Several if the pattern contains `|`, which patternmatcher does not escape.
    std::vector<std::vector<Step>> alternatives_;
    // The beginning, end and content of every match, a quick test for most paths.
    std::string head_;
    std::string tail_;
    std::string inside_;
};

} // namespace berth::context
