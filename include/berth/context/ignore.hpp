// SPDX-License-Identifier: Apache-2.0
// `.dockerignore`, with the semantics of moby/patternmatcher as documented at
// https://docs.docker.com/build/concepts/context/#dockerignore-files
#pragma once

#include "berth/context/path_pattern.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::context {

// A list of patterns; the last match decides. Patterns are cleaned as Go's filepath.Clean does; `#`
// comments (first column), blank lines, a leading byte-order mark, `!` exceptions, `*`, `?`,
// `[a-z]`, `\`-escapes and `**`.
class IgnorePatterns {
  public:
    IgnorePatterns() = default;
    // `place` is named in errors (a malformed pattern, a lone `!`).
    static IgnorePatterns parse(std::string_view text, const std::string &place);

    // Patterns one by one, with which BuildKit requests parts of a context: surrounding white space
    // is dropped, a leading `!` is an exception. Throws Error naming a malformed one.
    static IgnorePatterns compile(const std::vector<std::string> &patterns);

    bool empty() const { return patterns_.empty(); }

    // Matching goes down a tree: the caller keeps the decision for a directory and passes it on to
    // its entries, since a pattern that matches a directory matches everything below it.
    struct Decision {
        bool excluded = false;
        std::vector<bool> matched; // by pattern: whether it matched a parent
        int rule = -1;             // index of the pattern that decided, -1: none
    };
    Decision root() const;
    // `path`: slash-separated, relative to the context, without a leading `./`.
    Decision decide(std::string_view path, const Decision &parent) const;
    // An excluded directory must still be walked if an exception could match inside it.
    bool may_include_below(std::string_view directory) const;

    // Whether a pattern other than an exception could match inside it.
    bool may_match_below(std::string_view directory) const;

    // The text of a pattern and its line in the file, for `berth context ls`.
    const std::string &text(int rule) const;
    int line(int rule) const;

  private:
    struct Pattern {
        std::string text; // as written
        PathPattern matcher;
        bool exception = false;
        int line = 0;
    };
    std::vector<Pattern> patterns_;
    bool exceptions_ = false;
};

// One pattern (without `!`) against one path, both slash-separated: only the matcher. Throws
// std::invalid_argument for a malformed pattern.
bool pattern_matches(std::string_view pattern, std::string_view path);

} // namespace berth::context
