// SPDX-License-Identifier: Apache-2.0
// Compiles a pattern: checks its syntax like Go's filepath.Match, converts it to
// moby/patternmatcher's regular expression, and that to steps for matching.
#include "berth/context/path_pattern.hpp"

#include "berth/util/utf8.hpp"

#include "path_syntax.hpp"

#include <algorithm>

namespace berth::context {
namespace {

constexpr char32_t byte_order_mark = 0xFEFF;
constexpr std::size_t most_repeats = 1000; // like Go's regexp

bool is_octal(char32_t c) {
    return c >= '0' && c <= '7';
}

int hex_value(char32_t c) {
    if (c >= '0' && c <= '9')
        return static_cast<int>(c - '0');
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a') + 10 : -1;
}

} // namespace

// Writes the expression as text first, because `*` and `?` inside a class are also converted.
class PathPattern::Compiler {
  public:
    explicit Compiler(PathPattern &pattern) : pattern_(pattern) {}

    void compile(std::u32string_view text) {
        translate(text);
        if (pattern_.kind_ == Kind::expression)
            parse();
    }

  private:
    void translate(std::u32string_view text) {
        auto &kind = pattern_.kind_;
        if (text.starts_with(byte_order_mark))
            text.remove_prefix(1); // Go's text/scanner skips it
        for (std::size_t at = 0; at < text.size();) {
            bool first = at == 0;
            char32_t c = text[at++];
            if (c == '*' && at < text.size() && text[at] == '*') {
                ++at;
                if (at < text.size() && text[at] == '/')
                    ++at;
                if (at < text.size()) {
                    expression_ += U"(.*/)?";
                    kind = Kind::expression;
                } else if (kind == Kind::exact) {
                    kind = Kind::prefix;
                } else {
                    expression_ += U".*";
                    kind = Kind::expression;
                }
                if (first)
                    kind = Kind::suffix;
            } else if (c == '*' || c == '?') {
                expression_ += c == '*' ? U"[^/]*" : U"[^/]";
                kind = Kind::expression;
            } else if (c == '\\') {
                expression_ += c;
                expression_ += text[at++]; // exists: checked by check_syntax
                kind = Kind::expression;
            } else {
                if (std::u32string_view(U".+()$").find(c) != std::u32string_view::npos)
                    expression_ += '\\';
                else if (c == '[' || c == ']')
                    kind = Kind::expression;
                expression_ += c;
            }
        }
    }

    void parse() {
        begin_alternative(true);
        while (at_ < expression_.size()) {
            if (skip(U"(.*/)?")) {
                add({.type = Step::Type::skip});
                add({.type = Step::Type::through});
            } else if (skip(U".*")) {
                add({.type = Step::Type::many, .negated = true, .ranges = {{'\n', '\n'}}});
            } else if (expression_[at_] == '[') {
                auto step = parse_class();
                if (skip(U"*"))
                    step.type = Step::Type::many;
                add(std::move(step));
            } else if (skip(U"^")) {
                add({.type = Step::Type::begin});
            } else if (skip(U"|")) {
                add(anything());
                begin_alternative(false);
            } else if (expression_[at_] == '{' && parse_repeat()) {
                continue;
            } else if (skip(U"\\")) {
                parse_escape();
            } else {
                add_character(expression_[at_++]);
            }
        }
    }

    // Only the first alternative is anchored at the beginning of the path, and the last at its end.
    void begin_alternative(bool first) {
        pattern_.alternatives_.emplace_back();
        if (!first)
            add(anything());
    }

    static Step anything() {
        return {.type = Step::Type::many, .negated = false, .ranges = {{0, last_character}}};
    }

    // `{2}`, `{2,}`, `{2,5}` repeat the preceding element; other braces are literal.
    bool parse_repeat() {
        auto at = at_ + 1;
        auto number = [&](std::size_t &value) {
            auto start = at;
            for (value = 0;
                 at < expression_.size() && expression_[at] >= '0' && expression_[at] <= '9'; ++at)
                value = std::min(value * 10 + (expression_[at] - '0'), most_repeats + 1);
            return at > start && (expression_[start] != '0' || at == start + 1);
        };
        auto is = [&](char32_t c) { return at < expression_.size() && expression_[at] == c; };
        std::size_t least = 0;
        if (!number(least))
            return false;
        std::size_t most = least;
        bool open = false;
        if (is(',')) {
            ++at;
            open = is('}');
            if (!open && !number(most))
                return false;
        }
        if (!is('}'))
            return false;
        at_ = at + 1;
        auto &steps = pattern_.alternatives_.back();
        if (least > most_repeats || most > most_repeats || (!open && least > most))
            malformed("a repeat count in {...} is too large, or they run backwards");
        if (steps.empty())
            return true; // of the beginning
        if (steps.back().type != Step::Type::one)
            malformed("{...} repeats nothing");
        auto step = steps.back();
        steps.pop_back();
        steps.insert(steps.end(), least, step);
        step.type = open ? Step::Type::many : Step::Type::optional;
        steps.insert(steps.end(), open ? 1 : most - least, step);
        return true;
    }

    void parse_escape() {
        Step step;
        switch (char32_t c = expression_[at_]; c) {
        case 'A':
            step.type = Step::Type::begin;
            break;
        case 'z':
            step.type = Step::Type::end;
            break;
        case 'b':
            step.type = Step::Type::boundary;
            break;
        case 'B':
            step.type = Step::Type::no_boundary;
            break;
        case 'Q':
            ++at_;
            while (!skip(U"\\E")) {
                if (at_ == expression_.size()) { // includes patternmatcher's final `$`
                    add_character('$');
                    add(anything());
                    return;
                }
                add_character(expression_[at_++]);
            }
            return;
        default:
            if (!append_perl_class(step.ranges, c)) {
                add_character(escaped());
                return;
            }
        }
        ++at_;
        add(std::move(step));
    }

    // The character of an escape, after its `\`.
    char32_t escaped() {
        char32_t c = peek();
        ++at_;
        if (c < 0x80 && hex_value(c) < 0 && !((c | 0x20) >= 'g' && (c | 0x20) <= 'z'))
            return c;
        switch (c) {
        case 'a':
            return '\a';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'v':
            return '\v';
        case 'x':
            return hexadecimal();
        default:
            break;
        }
        bool octal =
            c == '0' || (is_octal(c) && at_ < expression_.size() && is_octal(expression_[at_]));
        if (!octal)
            malformed("\\ before this letter, digit or non-ASCII character is no escape "
                      "(the separator is / on every system)");
        c -= '0';
        for (int i = 0; i < 2 && at_ < expression_.size() && is_octal(expression_[at_]); ++i)
            c = c * 8 + (expression_[at_++] - '0');
        return c;
    }

    char32_t hexadecimal() {
        bool braces = skip(U"{");
        char32_t value = 0;
        int digits = 0;
        while (at_ < expression_.size() && hex_value(expression_[at_]) >= 0 &&
               (braces || digits < 2)) {
            value = value * 16 + static_cast<char32_t>(hex_value(expression_[at_++]));
            ++digits;
            if (value > last_character)
                malformed("\\x{...} is beyond Unicode");
        }
        if (digits == 0 || (!braces && digits != 2) || (braces && !skip(U"}")))
            malformed("\\x needs two hexadecimal digits, or some in braces");
        return value;
    }

    Step parse_class() {
        ++at_;
        Step step;
        step.negated = skip(U"^");
        for (bool first = true; first || peek() != ']'; first = false) {
            if (auto name = class_name(); !name.empty()) {
                const auto *ranges = find_class(name);
                if (!ranges)
                    malformed("no such class inside [...]");
                step.ranges.insert(step.ranges.end(), ranges->begin(), ranges->end());
                at_ += name.size();
                continue;
            }
            if (peek() == '\\' && append_perl_class(step.ranges, peek(1))) {
                at_ += 2;
                continue;
            }
            char32_t low = class_character();
            char32_t high = low;
            if (peek() == '-' && peek(1) != ']') {
                ++at_;
                high = class_character();
            }
            if (high < low)
                malformed("a range in [...] runs backwards");
            step.ranges.emplace_back(low, high);
        }
        ++at_;
        return step;
    }

    char32_t class_character() {
        char32_t c = peek();
        ++at_;
        return c == '\\' ? escaped() : c;
    }

    // `[:name:]` at this place.
    std::u32string_view class_name() const {
        auto rest = std::u32string_view(expression_).substr(at_);
        if (!rest.starts_with(U"[:"))
            return {};
        auto end = rest.find(U":]", 2);
        return end == std::u32string_view::npos ? std::u32string_view() : rest.substr(0, end + 2);
    }

    // Inside a class. check_syntax did not check the end of a class with converted `*` and `?`.
    char32_t peek(std::size_t ahead = 0) const {
        if (at_ + ahead >= expression_.size())
            malformed("a [ has no ]");
        return expression_[at_ + ahead];
    }

    bool skip(std::u32string_view text) {
        if (!std::u32string_view(expression_).substr(at_).starts_with(text))
            return false;
        at_ += text.size();
        return true;
    }

    void add(Step step) { pattern_.alternatives_.back().push_back(std::move(step)); }
    void add_character(char32_t c) { add({.ranges = {{c, c}}}); }

    PathPattern &pattern_;
    std::u32string expression_;
    std::size_t at_ = 0;
};

PathPattern::PathPattern(std::string_view pattern) {
    auto text = characters(pattern);
    check_syntax(text);
    Compiler(*this).compile(text);
    if (kind_ == Kind::prefix)
        pattern.remove_suffix(2);
    else if (kind_ == Kind::suffix)
        pattern.remove_prefix(2);
    if (kind_ != Kind::expression)
        text_ = pattern;
    else
        find_literals();
}

void PathPattern::find_literals() {
    if (alternatives_.size() > 1)
        return;
    std::string literal;
    bool at_start = true;
    auto end_of_run = [&] {
        if (at_start)
            head_ = literal;
        if (literal.size() > inside_.size())
            inside_ = literal;
        at_start = false;
    };
    for (const auto &step : alternatives_.front()) {
        if (step.type == Step::Type::one && !step.negated && step.ranges.size() == 1 &&
            step.ranges[0].first == step.ranges[0].second &&
            step.ranges[0].first != replacement_character) {
            append_utf8(literal, step.ranges[0].first);
            continue;
        }
        end_of_run();
        literal.clear();
    }
    end_of_run();
    tail_ = literal;
}

} // namespace berth::context
