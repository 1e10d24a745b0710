// SPDX-License-Identifier: Apache-2.0
#include "scan.hpp"

#include "limits.hpp"
#include "text.hpp"

#include <algorithm>
#include <utility>

namespace berth::hcl {
namespace {

using Kind = TokenKind;

constexpr std::pair<std::string_view, Kind> symbols[] = {
    // the longer ones first
    {"...", Kind::ellipsis},
    {"==", Kind::equal_equal},
    {"!=", Kind::not_equal},
    {">=", Kind::greater_equal},
    {"<=", Kind::less_equal},
    {"&&", Kind::logical_and},
    {"||", Kind::logical_or},
    {"::", Kind::double_colon},
    {"=>", Kind::fat_arrow},
    {"[", Kind::open_bracket},
    {"]", Kind::close_bracket},
    {"(", Kind::open_parenthesis},
    {")", Kind::close_parenthesis},
    {".", Kind::dot},
    {",", Kind::comma},
    {"*", Kind::star},
    {"/", Kind::slash},
    {"%", Kind::percent},
    {"+", Kind::plus},
    {"-", Kind::minus},
    {"=", Kind::equal},
    {"<", Kind::less},
    {">", Kind::greater},
    {"!", Kind::bang},
    {"?", Kind::question},
    {":", Kind::colon},
    {"&", Kind::bitwise},
    {"|", Kind::bitwise},
    {"~", Kind::bitwise},
    {"^", Kind::bitwise},
    {";", Kind::semicolon},
    {"`", Kind::backtick},
    {"'", Kind::apostrophe},
};

// digit, then digits, points and exponents; not a point at the end.
std::size_t number_length(std::string_view text) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size();) {
        const char character = text[i];
        if (is_digit(character)) {
            length = ++i;
        } else if (i > 0 && character == '.') {
            ++i;
        } else if (i > 0 && (character == 'e' || character == 'E')) {
            const std::size_t sign =
                i + 1 < text.size() && (text[i + 1] == '+' || text[i + 1] == '-') ? 1 : 0;
            if (i + 1 + sign >= text.size() || !is_digit(text[i + 1 + sign]))
                break;
            i += sign + 2;
            length = i;
        } else {
            break;
        }
    }
    return length;
}

std::size_t comment_length(std::string_view text) {
    if (text.starts_with('#') || text.starts_with("//")) {
        const std::size_t end = text.find('\n');
        return end == std::string_view::npos ? text.size() : end + 1;
    }
    if (!text.starts_with("/*"))
        return 0;
    const std::size_t end = text.find("*/", 2);
    return end == std::string_view::npos ? 0 : end + 2;
}

std::size_t newline_length(std::string_view text) {
    return text.starts_with('\n') ? 1 : text.starts_with("\r\n") ? 2 : 0;
}

class Scanner {
  public:
    Scanner(std::string_view text, Position start) : text_(text), position_(start) {}

    std::vector<Token> run(ScanMode mode);

  private:
    enum class In { main, quotes, heredoc, bare };
    struct Heredoc {
        std::string_view marker;
        bool line_start = true;
    };

    std::string_view rest() const { return text_.substr(at_); }
    void emit(Kind kind, std::size_t length);
    void main();
    bool symbol();
    bool heredoc_start();
    void close_brace(std::size_t length, Kind otherwise);
    bool template_start();
    std::size_t escaped_start() const;
    void quotes();
    void heredoc();
    void bare();
    std::size_t literal_length() const;
    std::size_t lone_sign_length() const;
    void finish_heredoc(std::size_t length, std::size_t newline);
    void invalid_rest(Kind kind) { emit(kind, text_.size() - at_); }

    std::string_view text_;
    std::size_t at_ = 0;
    Position position_; // after the last token
    std::size_t token_end_ = 0;
    std::vector<Token> tokens_;
    std::vector<In> modes_;
    std::vector<Heredoc> heredocs_;
    std::vector<int> template_braces_;
    int braces_ = 0;
};

void Scanner::emit(Kind kind, std::size_t length) {
    Position start = position_; // only spaces and tabs separate tokens
    start.column += static_cast<int>(at_ - token_end_);
    start.byte += at_ - token_end_;
    const std::string_view text = text_.substr(at_, length);
    position_ = advanced(start, text);
    tokens_.push_back({kind, text, start, position_});
    at_ += length;
    token_end_ = at_;
}

std::vector<Token> Scanner::run(ScanMode mode) {
    modes_.push_back(mode == ScanMode::normal ? In::main : In::bare);
    while (at_ < text_.size()) {
        switch (modes_.back()) {
        case In::main:
            main();
            break;
        case In::quotes:
            quotes();
            break;
        case In::heredoc:
            heredoc();
            break;
        case In::bare:
            bare();
            break;
        }
    }
    emit(Kind::end, 0);
    return std::move(tokens_);
}

void Scanner::main() {
    const std::string_view text = rest();
    if (text[0] == ' ' || text[0] == '\t') {
        ++at_;
        return;
    }
    if (const std::size_t length = number_length(text))
        return emit(Kind::number, length);
    if (const std::size_t length = identifier_length(text))
        return emit(Kind::identifier, length);
    if (const std::size_t length = comment_length(text))
        return emit(Kind::comment, length);
    if (const std::size_t length = newline_length(text))
        return emit(Kind::newline, length);
    if (text[0] == '{') {
        ++braces_;
        return emit(Kind::open_brace, 1);
    }
    if (text[0] == '}')
        return close_brace(1, Kind::close_brace);
    if (text.starts_with("~}"))
        return close_brace(2, Kind::template_end);
    if (text[0] == '"') {
        modes_.push_back(In::quotes);
        return emit(Kind::open_quote, 1);
    }
    if (heredoc_start() || symbol())
        return;
    const std::size_t length = sequence_length(text);
    emit(length == 0 ? Kind::broken_utf8 : Kind::invalid, length == 0 ? 1 : length);
}

bool Scanner::symbol() {
    for (const auto &[text, kind] : symbols)
        if (rest().starts_with(text)) {
            emit(kind, text.size());
            return true;
        }
    return false;
}

// <<MARKER or <<-MARKER, and the end of the line.
bool Scanner::heredoc_start() {
    if (!rest().starts_with("<<"))
        return false;
    const std::size_t prefix = rest().starts_with("<<-") ? 3 : 2;
    const std::size_t marker = identifier_length(rest().substr(prefix));
    const std::size_t newline = marker == 0 ? 0 : newline_length(rest().substr(prefix + marker));
    if (newline == 0)
        return false;
    heredocs_.push_back({rest().substr(prefix, marker)});
    modes_.push_back(In::heredoc);
    emit(Kind::open_heredoc, prefix + marker + newline);
    return true;
}

void Scanner::close_brace(std::size_t length, Kind otherwise) {
    const bool ends_template = !template_braces_.empty() && template_braces_.back() == braces_;
    --braces_;
    if (!ends_template)
        return emit(otherwise, length);
    template_braces_.pop_back();
    modes_.pop_back();
    emit(Kind::template_end, length);
}

bool Scanner::template_start() {
    const bool control = rest().starts_with("%{");
    if (!control && !rest().starts_with("${"))
        return false;
    template_braces_.push_back(++braces_);
    if (!heredocs_.empty())
        heredocs_.back().line_start = false;
    modes_.push_back(In::main);
    emit(control ? Kind::template_control : Kind::template_interpolation,
         rest().size() > 2 && rest()[2] == '~' ? 3 : 2);
    return true;
}

// $${ and %%{ (with ~ too).
std::size_t Scanner::escaped_start() const {
    if (!rest().starts_with("$${") && !rest().starts_with("%%{"))
        return 0;
    return rest().size() > 3 && rest()[3] == '~' ? 4 : 3;
}

// A $ or % that starts no sequence. Unknown at the end of the text.
std::size_t Scanner::lone_sign_length() const {
    if (rest()[0] != '$' && rest()[0] != '%')
        return 0;
    if (const std::size_t escaped = escaped_start())
        return escaped;
    return rest().size() > 1 ? 1 : 0;
}

void Scanner::quotes() {
    if (template_start())
        return;
    if (rest()[0] == '"') {
        modes_.pop_back();
        return emit(Kind::close_quote, 1);
    }
    if (const std::size_t length = lone_sign_length())
        return emit(Kind::quoted_literal, length);
    const std::size_t newlines = rest().find_first_not_of("\r\n");
    if (newlines > 0)
        return emit(Kind::quoted_newline, std::min(newlines, rest().size()));
    std::size_t length = 0;
    while (length < rest().size()) {
        const std::string_view text = rest().substr(length);
        if (std::string_view("\"$%\r\n").find(text[0]) != std::string_view::npos)
            break;
        const std::size_t escape = text[0] == '\\' ? 1 : 0;
        const std::size_t next = sequence_length(text.substr(escape));
        if (next == 0 || text[escape] == '\r' || text[escape] == '\n')
            break;
        length += escape + next;
    }
    if (length > 0)
        return emit(Kind::quoted_literal, length);
    if (sequence_length(rest()) == 0)
        return emit(Kind::broken_utf8, 1);
    // a backslash before a line's end, or a sign before the text's
    emit(Kind::invalid, 1);
}

// Text of a heredoc or a bare template, up to the next special sequence.
std::size_t Scanner::literal_length() const {
    std::size_t length = 0;
    while (length < rest().size()) {
        const std::string_view text = rest().substr(length);
        if (std::string_view("$%\r\n").find(text[0]) != std::string_view::npos)
            break;
        const std::size_t next = sequence_length(text);
        if (next == 0)
            break;
        length += next;
    }
    return length;
}

void Scanner::finish_heredoc(std::size_t length, std::size_t newline) {
    heredocs_.pop_back();
    modes_.pop_back();
    emit(Kind::close_heredoc, length);
    emit(Kind::newline, newline);
}

void Scanner::heredoc() {
    if (template_start())
        return;
    std::size_t length = lone_sign_length();
    if (length == 0)
        length = literal_length();
    if (const std::size_t newline = newline_length(rest().substr(length))) {
        const std::string_view line = rest().substr(0, length);
        if (heredocs_.back().line_start && trim_left(trim_right(line)) == heredocs_.back().marker)
            return finish_heredoc(length, newline);
        heredocs_.back().line_start = true;
        return emit(Kind::string_literal, length + newline);
    }
    if (length > 0) {
        heredocs_.back().line_start = false;
        return emit(Kind::string_literal, length);
    }
    if (sequence_length(rest()) == 0)
        return emit(Kind::broken_utf8, 1);
    invalid_rest(Kind::invalid);
}

void Scanner::bare() {
    if (template_start())
        return;
    std::size_t length = lone_sign_length();
    if (length == 0)
        length = literal_length();
    length += newline_length(rest().substr(length));
    if (length > 0)
        return emit(Kind::string_literal, length);
    if (sequence_length(rest()) == 0)
        return emit(Kind::broken_utf8, 1);
    invalid_rest(Kind::string_literal); // a sign at the end; a carriage return
}

} // namespace

std::vector<Token> scan(std::string_view text, Position start, ScanMode mode) {
    if (text.starts_with("\xEF\xBB\xBF")) { // a byte order mark
        text.remove_prefix(3);
        start.byte += 3;
    }
    return Scanner(text, start).run(mode);
}

} // namespace berth::hcl
