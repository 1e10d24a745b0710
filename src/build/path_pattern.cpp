// Compiles a pattern: its syntax is checked as Go's filepath.Match does, then it becomes the
// expression that moby/patternmatcher would give to Go's regexp, then the steps to match that by.
#include "berth/build/path_pattern.hpp"

#include "utf8.hpp"

#include <algorithm>
#include <stdexcept>

namespace berth::build {
namespace {

using Ranges = std::vector<std::pair<char32_t, char32_t>>;

[[noreturn]] void malformed(const char *why) {
    throw std::invalid_argument(why);
}

std::u32string characters(std::string_view text) {
    std::u32string result;
    for (std::size_t at = 0; at < text.size();)
        result += decode_utf8(text, at);
    return result;
}

// One character of a class: no bare `-` or `]`, perhaps escaped, and something must follow.
std::size_t pass_class_character(std::u32string_view text, std::size_t at) {
    if (at < text.size() && (text[at] == '-' || text[at] == ']'))
        malformed("a character is missing in [...]");
    if (at < text.size() && text[at] == '\\')
        ++at;
    if (at + 1 >= text.size())
        malformed("a [ has no ]");
    return at + 1;
}

std::size_t pass_class(std::u32string_view text, std::size_t at) {
    ++at;
    if (at < text.size() && text[at] == '^')
        ++at;
    for (bool first = true; first || text[at] != ']'; first = false) {
        at = pass_class_character(text, at);
        if (text[at] == '-')
            at = pass_class_character(text, at + 1);
    }
    return at + 1;
}

void check_syntax(std::u32string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '[') {
            at = pass_class(text, at);
        } else {
            if (text[at] == '\\' && ++at == text.size())
                malformed("a \\ at the end escapes nothing");
            ++at;
        }
    }
}

struct Class {
    const char *name;
    Ranges ranges;
};

// Go's Perl classes and, inside [...], the POSIX ones.
const Ranges *find_class(std::u32string_view name) {
    static const Class classes[] = {
        {"d", {{'0', '9'}}},
        {"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}},
        {"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
        {"[:alnum:]", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
        {"[:alpha:]", {{'A', 'Z'}, {'a', 'z'}}},
        {"[:ascii:]", {{0, 0x7F}}},
        {"[:blank:]", {{'\t', '\t'}, {' ', ' '}}},
        {"[:cntrl:]", {{0, 0x1F}, {0x7F, 0x7F}}},
        {"[:digit:]", {{'0', '9'}}},
        {"[:graph:]", {{'!', '~'}}},
        {"[:lower:]", {{'a', 'z'}}},
        {"[:print:]", {{' ', '~'}}},
        {"[:punct:]", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
        {"[:space:]", {{'\t', '\r'}, {' ', ' '}}},
        {"[:upper:]", {{'A', 'Z'}}},
        {"[:word:]", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
        {"[:xdigit:]", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
    };
    for (const auto &entry : classes)
        if (std::equal(name.begin(), name.end(), entry.name,
                       entry.name + std::string_view(entry.name).size()))
            return &entry.ranges;
    return nullptr;
}

void append_complement(Ranges &ranges, const Ranges &of) {
    char32_t from = 0;
    for (auto [low, high] : of) {
        if (low > from)
            ranges.emplace_back(from, low - 1);
        from = high + 1;
    }
    ranges.emplace_back(from, 0x10FFFF);
}

// `\d` and its like, `letter` being the `d`: whether it is one, and then its ranges.
bool append_perl_class(Ranges &ranges, char32_t letter) {
    if (letter != 'd' && letter != 's' && letter != 'w' && letter != 'D' && letter != 'S' &&
        letter != 'W')
        return false;
    char32_t small = letter | 0x20;
    const auto *of = find_class({&small, 1});
    if (small == letter)
        ranges.insert(ranges.end(), of->begin(), of->end());
    else
        append_complement(ranges, *of);
    return true;
}

// The character that `\` and this one stand for in a Go expression.
char32_t escaped(char32_t c) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c < 0x80 && c != '_' && !letter)
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
    default:
        malformed("\\ before a letter, digit or non-ASCII character is no escape "
                  "(the separator is / on every system)");
    }
}

} // namespace

// Writes the expression as text first, because a pattern's class takes in what `*` and `?` inside
// it were turned into.
class PathPattern::Compiler {
  public:
    Compiler(PathPattern &pattern, std::u32string_view text) : pattern_(pattern) {
        translate(text);
        if (pattern_.kind_ == Kind::expression)
            parse();
    }

  private:
    void translate(std::u32string_view text) {
        auto &kind = pattern_.kind_;
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
                expression_ += text[at++]; // there is one: check_syntax
                kind = Kind::expression;
            } else {
                if (std::u32string_view(U".+()|{}$").find(c) != std::u32string_view::npos)
                    expression_ += '\\';
                else if (c == '[' || c == ']')
                    kind = Kind::expression;
                expression_ += c;
            }
        }
    }

    void parse() {
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
            } else if (skip(U"\\")) {
                parse_escape();
            } else {
                add_character(expression_[at_++]);
            }
        }
    }

    void parse_escape() {
        char32_t c = expression_[at_++];
        Step step;
        if (append_perl_class(step.ranges, c))
            add(std::move(step));
        else if (c == 'A')
            add({.type = Step::Type::begin});
        else if (c == 'z')
            add({.type = Step::Type::end});
        else if (c == 'b')
            add({.type = Step::Type::boundary});
        else if (c == 'B')
            add({.type = Step::Type::no_boundary});
        else
            add_character(escaped(c));
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
        if (c != '\\')
            return c;
        c = peek();
        ++at_;
        return escaped(c);
    }

    // `[:name:]` at this place.
    std::u32string_view class_name() const {
        auto rest = std::u32string_view(expression_).substr(at_);
        if (!rest.starts_with(U"[:"))
            return {};
        auto end = rest.find(U":]", 2);
        return end == std::u32string_view::npos ? std::u32string_view() : rest.substr(0, end + 2);
    }

    // Inside a class; that it ends was not said by check_syntax of what `*` and `?` became.
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

    void add(Step step) { pattern_.steps_.push_back(std::move(step)); }
    void add_character(char32_t c) { add({.ranges = {{c, c}}}); }

    PathPattern &pattern_;
    std::u32string expression_;
    std::size_t at_ = 0;
};

PathPattern::PathPattern(std::string_view pattern) {
    auto text = characters(pattern);
    check_syntax(text);
    Compiler(*this, text);
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
    std::string literal;
    bool at_start = true;
    auto end_of_run = [&] {
        if (at_start)
            head_ = literal;
        if (literal.size() > inside_.size())
            inside_ = literal;
        at_start = false;
    };
    for (const auto &step : steps_) {
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

std::string clean_path(std::string_view path) {
    bool rooted = path.starts_with('/');
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        auto part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
        if (part.empty() || part == ".")
            continue;
        if (part == ".." && !parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (part != ".." || !rooted)
            parts.push_back(part);
    }
    std::string result = rooted ? "/" : "";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            result += '/';
        result += parts[i];
    }
    return result.empty() ? "." : result;
}

} // namespace berth::build
