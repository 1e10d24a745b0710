// SPDX-License-Identifier: Apache-2.0
#include "regexp.hpp"

#include "make.hpp"
#include "unicode_text.hpp"

#include <re2/re2.h>

namespace berth::hclfunc {

namespace {

// Go also accepts (?<name>…), which this RE2 supports only as (?P<name>…).
std::string with_python_names(std::string_view pattern) {
    std::string result;
    bool in_class = false;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern.substr(at, 2) == "\\Q") {
            auto end = pattern.find("\\E", at);
            auto size = end == std::string_view::npos ? pattern.size() - at : end - at;
            result += pattern.substr(at, size);
            at += size - 1;
        } else if (pattern[at] == '\\' && at + 1 < pattern.size()) {
            result += pattern.substr(at, 2);
            ++at;
        } else if (!in_class && pattern.substr(at, 3) == "(?<") {
            result += "(?P<";
            at += 2;
        } else {
            if (pattern[at] == '[')
                in_class = true;
            else if (pattern[at] == ']')
                in_class = false;
            result += pattern[at];
        }
    }
    return result;
}

std::string error_words(RE2::ErrorCode code) {
    switch (code) {
    case RE2::ErrorBadEscape:
        return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
        return "invalid character class";
    case RE2::ErrorBadCharRange:
        return "invalid character class range";
    case RE2::ErrorMissingBracket:
        return "missing closing ]";
    case RE2::ErrorMissingParen:
        return "missing closing )";
    case RE2::ErrorUnexpectedParen:
        return "unexpected )";
    case RE2::ErrorTrailingBackslash:
        return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
        return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
        return "invalid repeat count";
    case RE2::ErrorRepeatOp:
        return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
        return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
        return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
        return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
        return "expression too large";
    default:
        return "regexp/syntax: internal error";
    }
}

std::vector<std::string> group_names(const RE2 &pattern) {
    std::vector<std::string> names(
        static_cast<std::size_t>(std::max(0, pattern.NumberOfCapturingGroups())));
    for (const auto &[number, name] : pattern.CapturingGroupNames())
        names.at(static_cast<std::size_t>(number - 1)) = name;
    return names;
}

// The name after a dollar sign in a replacement, and its length in the text. Nothing if the dollar
// sign is literal.
struct Reference {
    std::string_view name;
    std::size_t size;
};
std::optional<Reference> reference(std::string_view text) {
    bool brace = text.starts_with('{');
    auto name = text.substr(brace ? 1 : 0);
    std::size_t end = 0;
    while (end < name.size()) {
        auto [value, size] = front(name.substr(end));
        if (!is_letter(value) && !is_digit(value) && value != '_')
            break;
        end += size;
    }
    if (end == 0 || (brace && (end == name.size() || name[end] != '}')))
        return std::nullopt;
    return Reference{name.substr(0, end), end + (brace ? 2 : 0)};
}

} // namespace

Regexp::Regexp(std::string_view pattern) {
    if (!is_utf8(pattern))
        throw PatternError{"invalid UTF-8", std::string(pattern)};
    RE2::Options options;
    options.set_log_errors(false);
    pattern_ = std::make_unique<RE2>(with_python_names(pattern), options);
    if (!pattern_->ok())
        throw PatternError{error_words(pattern_->error_code()), pattern_->error_arg()};
    names_ = group_names(*pattern_);
}

Regexp::~Regexp() = default;
Regexp::Regexp(Regexp &&) noexcept = default;
Regexp &Regexp::operator=(Regexp &&) noexcept = default;

std::optional<Regexp::Match> Regexp::find_from(std::string_view text, std::size_t start) const {
    std::vector<re2::StringPiece> groups(names_.size() + 1);
    re2::StringPiece piece(text.data(), text.size());
    if (!pattern_->Match(piece, start, text.size(), RE2::UNANCHORED, groups.data(),
                         static_cast<int>(groups.size())))
        return std::nullopt;
    Match match;
    for (const auto &group : groups)
        match.push_back(group.data() == nullptr
                            ? std::nullopt
                            : std::optional(std::string_view(group.data(), group.size())));
    return match;
}

std::optional<Regexp::Match> Regexp::find(std::string_view text) const {
    return find_from(text, 0);
}

std::vector<Regexp::Match> Regexp::find_all(std::string_view text) const {
    std::vector<Match> matches;
    std::size_t previous_end = std::string_view::npos;
    for (std::size_t at = 0; at <= text.size();) {
        auto match = find_from(text, at);
        if (!match)
            break;
        auto start = static_cast<std::size_t>(match->front()->data() - text.data());
        auto end = start + match->front()->size();
        // An empty match right after the previous match does not count.
        bool accepted = end != at || start != previous_end;
        at = end == at ? at + std::max<std::size_t>(1, front(text.substr(at)).size) : end;
        previous_end = end;
        if (accepted)
            matches.push_back(std::move(*match));
    }
    return matches;
}

std::string Regexp::replace_all(std::string_view text, std::string_view replacement) const {
    std::string result;
    std::size_t last_end = 0;
    for (std::size_t at = 0; at <= text.size();) {
        auto match = find_from(text, at);
        if (!match)
            break;
        auto start = static_cast<std::size_t>(match->front()->data() - text.data());
        auto end = start + match->front()->size();
        result += text.substr(last_end, start - last_end);
        if (end > last_end || start == 0)
            expand(result, replacement, *match);
        check_text_size(result.size());
        last_end = end;
        at = std::max(end, at + std::max<std::size_t>(1, front(text.substr(at)).size));
    }
    return result.append(text.substr(last_end));
}

void Regexp::expand(std::string &result, std::string_view replacement, const Match &match) const {
    while (!replacement.empty()) {
        auto dollar = replacement.find('$');
        result += replacement.substr(0, dollar);
        if (dollar == std::string_view::npos)
            return;
        replacement.remove_prefix(dollar + 1);
        if (replacement.starts_with('$')) {
            result += '$';
            replacement.remove_prefix(1);
        } else if (auto found = reference(replacement)) {
            result += group(found->name, match);
            replacement.remove_prefix(found->size);
        } else {
            result += '$';
        }
    }
}

std::string_view Regexp::group(std::string_view name, const Match &match) const {
    auto text_of = [&](std::size_t number) {
        return number < match.size() && match[number] ? *match[number] : std::string_view();
    };
    bool number = name.find_first_not_of("0123456789") == std::string_view::npos &&
                  name.size() <= 8 && (name.size() == 1 || name.front() != '0');
    if (number)
        return text_of(std::stoul(std::string(name)));
    for (std::size_t at = 0; at < names_.size(); ++at)
        if (names_[at] == name && match[at + 1])
            return text_of(at + 1);
    return {};
}

} // namespace berth::hclfunc
