// SPDX-License-Identifier: Apache-2.0
// Reads a .dockerignore file, and decides which entries of a tree it excludes.
#include "berth/context/ignore.hpp"

#include "berth/util/error.hpp"
#include "berth/util/paths.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace berth::context {
namespace {

// Go's bufio.Scanner, with which BuildKit reads the file, refuses longer lines.
constexpr std::size_t longest_line = 64 * 1024 - 1;

// Go's strings.TrimSpace: the white space of Unicode.
std::string_view trim_space(std::string_view text) {
    static constexpr std::string_view spaces[] = {"\t",           "\n",           "\v",
                                                  "\f",           "\r",           " ",
                                                  "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
                                                  "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
                                                  "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
                                                  "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
                                                  "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
                                                  "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
                                                  "\xe3\x80\x80"};
    auto trim_with = [&](auto matches, auto remove) {
        for (bool again = true; again && !text.empty();) {
            again = false;
            for (auto space : spaces)
                if (matches(space)) {
                    remove(space.size());
                    again = true;
                    break;
                }
        }
    };
    trim_with([&](auto space) { return text.starts_with(space); },
              [&](std::size_t size) { text.remove_prefix(size); });
    trim_with([&](auto space) { return text.ends_with(space); },
              [&](std::size_t size) { text.remove_suffix(size); });
    return text;
}

// The line without comment and white space, with its path clean and relative, and a leading `!`
// kept.
std::string normalize(std::string_view line) {
    if (line.starts_with('#'))
        return {};
    line = trim_space(line);
    if (line.empty())
        return {};
    bool exception = line.starts_with('!');
    if (exception)
        line = trim_space(line.substr(1));
    auto pattern = line.empty() ? std::string() : clean_path(line);
    if (pattern.size() > 1 && pattern.starts_with('/'))
        pattern.erase(0, 1);
    if (exception)
        pattern.insert(0, 1, '!');
    // Cleaned twice, like the matcher does: "x/../!y" is also an exception.
    return clean_path(trim_space(pattern));
}

} // namespace

IgnorePatterns IgnorePatterns::parse(std::string_view text, const std::string &place) {
    IgnorePatterns result;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    for (int number = 1; !text.empty(); ++number) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        auto fail = [&](std::string_view what, std::string_view hint) {
            return Error(fmt::format("{}:{}: {}", printable(place), number, what),
                         ExitCode::failure, std::string(hint));
        };
        if (line.size() > longest_line)
            throw fail(fmt::format("a line of {} bytes is too long for a pattern", line.size()),
                       "BuildKit reads lines of less than 64 KiB: split it up");
        auto cleaned = normalize(line);
        if (cleaned.empty())
            continue;
        bool exception = cleaned.starts_with('!');
        if (exception)
            cleaned.erase(0, 1);
        auto shown = printable(trim_space(line));
        if (cleaned.empty())
            throw fail(fmt::format("the pattern \"{}\" names no file to re-include", shown),
                       "write a pattern after the !, or \\! for a name that begins with !");
        try {
            result.patterns_.push_back(
                {std::string(trim_space(line)), PathPattern(cleaned), exception, number});
        } catch (const std::invalid_argument &error) {
            throw fail(fmt::format("malformed pattern \"{}\": {}", shown, error.what()),
                       "write \\[ for a [ in a name, \\\\ for a \\");
        }
        result.exceptions_ |= exception;
    }
    return result;
}

IgnorePatterns IgnorePatterns::compile(const std::vector<std::string> &patterns) {
    IgnorePatterns result;
    for (const auto &text : patterns) {
        auto trimmed = trim_space(text);
        if (trimmed.empty())
            continue;
        auto cleaned = clean_path(trimmed);
        bool exception = cleaned.starts_with('!');
        if (exception)
            cleaned.erase(0, 1);
        if (cleaned.empty())
            throw Error("the pattern \"!\" names no file to re-include");
        try {
            result.patterns_.push_back({std::string(trimmed), PathPattern(cleaned), exception, 0});
        } catch (const std::invalid_argument &error) {
            throw Error(
                fmt::format("malformed pattern \"{}\": {}", printable(trimmed), error.what()));
        }
        result.exceptions_ |= exception;
    }
    return result;
}

IgnorePatterns::Decision IgnorePatterns::root() const {
    return {.excluded = false, .matched = std::vector<bool>(patterns_.size()), .rule = -1};
}

IgnorePatterns::Decision IgnorePatterns::decide(std::string_view path,
                                                const Decision &parent) const {
    auto decision = root();
    for (std::size_t i = 0; i < patterns_.size(); ++i) {
        const auto &pattern = patterns_[i];
        // Skips a pattern that cannot change the result here. It then does not count as matching a
        // parent further down.
        if (!parent.matched[i] &&
            (pattern.exception != decision.excluded || !pattern.matcher.matches(path)))
            continue;
        decision.matched[i] = true;
        decision.excluded = !pattern.exception;
        decision.rule = static_cast<int>(i);
    }
    return decision;
}

bool IgnorePatterns::may_include_below(std::string_view directory) const {
    return exceptions_ && std::any_of(patterns_.begin(), patterns_.end(), [&](const auto &pattern) {
               return pattern.exception && pattern.matcher.may_match_below(directory);
           });
}

bool IgnorePatterns::may_match_below(std::string_view directory) const {
    return std::any_of(patterns_.begin(), patterns_.end(), [&](const auto &pattern) {
        return !pattern.exception && pattern.matcher.may_match_below(directory);
    });
}

const std::string &IgnorePatterns::text(int rule) const {
    return patterns_.at(static_cast<std::size_t>(rule)).text;
}

int IgnorePatterns::line(int rule) const {
    return patterns_.at(static_cast<std::size_t>(rule)).line;
}

bool pattern_matches(std::string_view pattern, std::string_view path) {
    return PathPattern(clean_path(pattern)).matches(path);
}

} // namespace berth::context
