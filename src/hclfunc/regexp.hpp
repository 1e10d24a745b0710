// SPDX-License-Identifier: Apache-2.0
// Regular expressions in Go's syntax, by RE2, with Go's rules for matches and replacements.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace berth::hclfunc {

// A syntax error of a pattern: Go's message, and the part of the pattern that it refers to.
struct PatternError {
    std::string code;
    std::string part;
};

class Regexp {
  public:
    // The groups of a match; nothing for a group that did not participate. Group 0 is the whole
    // match.
    using Match = std::vector<std::optional<std::string_view>>;

    // Throws a PatternError.
    explicit Regexp(std::string_view pattern);
    ~Regexp();
    Regexp(Regexp &&) noexcept;
    Regexp &operator=(Regexp &&) noexcept;

    // The names of the groups, in order; empty for those without a name.
    const std::vector<std::string> &names() const { return names_; }

    std::optional<Match> find(std::string_view text) const;
    std::vector<Match> find_all(std::string_view text) const;
    // $1, ${1}, $name and $$ in `replacement` stand for groups and a dollar sign.
    std::string replace_all(std::string_view text, std::string_view replacement) const;

  private:
    std::optional<Match> find_from(std::string_view text, std::size_t start) const;
    void expand(std::string &result, std::string_view replacement, const Match &match) const;
    std::string_view group(std::string_view name, const Match &match) const;

    std::unique_ptr<re2::RE2> pattern_;
    std::vector<std::string> names_;
};

} // namespace berth::hclfunc
