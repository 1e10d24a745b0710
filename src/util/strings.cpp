// SPDX-License-Identifier: Apache-2.0
#include "berth/util/strings.hpp"

#include "berth/util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <numeric>

namespace berth {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        auto at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

std::string join(const std::vector<std::string> &parts, std::string_view separator) {
    std::string joined;
    for (const auto &part : parts) {
        if (&part != &parts.front())
            joined += separator;
        joined += part;
    }
    return joined;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view space = " \t\r\n\v\f";
    auto begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

std::string one_line(std::string_view text) {
    std::vector<std::string> lines;
    for (const auto &line : split(text, '\n'))
        if (auto trimmed = trim(line); !trimmed.empty())
            lines.emplace_back(trimmed);
    return join(lines, "; ");
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char &c : result)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    if (from.empty())
        return text;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

std::optional<bool> parse_bool(std::string_view text) {
    for (auto word : {"1", "t", "T", "TRUE", "true", "True"})
        if (text == word)
            return true;
    for (auto word : {"0", "f", "F", "FALSE", "false", "False"})
        if (text == word)
            return false;
    return std::nullopt;
}

std::optional<long long> parse_integer(std::string_view text) {
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    long long value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

namespace {

// Underscores may only be between digits, or after the base prefix.
bool underscores_between_digits(std::string_view text) {
    bool hex = text.starts_with("0x") || text.starts_with("0X");
    auto digit = [hex](char c) {
        return (c >= '0' && c <= '9') ||
               (hex && std::isxdigit(static_cast<unsigned char>(c)) != 0) || (hex && c == 'x') ||
               (hex && c == 'X');
    };
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '_' &&
            (i == 0 || i + 1 == text.size() || !digit(text[i - 1]) || !digit(text[i + 1])))
            return false;
    return true;
}

} // namespace

std::optional<double> parse_float(std::string_view text) {
    bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (!underscores_between_digits(text))
        return std::nullopt;
    bool hex = text.starts_with("0x") || text.starts_with("0X");
    std::string digits(hex ? text.substr(2) : text);
    std::erase(digits, '_');
    // Go requires an exponent after hexadecimal digits; C++ also reads words such as "nan".
    if (digits.empty() ||
        digits.find_first_not_of("0123456789abcdefABCDEFpP.+-") != std::string::npos ||
        (hex && digits.find_first_of("pP") == std::string::npos) ||
        (!hex && digits.find_first_not_of("0123456789eE.+-") != std::string::npos))
        return std::nullopt;
    double value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value,
                                        hex ? std::chars_format::hex : std::chars_format::general);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.front() == '-')
        return std::nullopt;
    return negative ? -value : value;
}

std::string csv_field(std::string_view text) {
    std::string field(text);
    if (text.find_first_of(",\"\n") != std::string_view::npos)
        field = "\"" + replace_all(std::move(field), "\"", "\"\"") + "\"";
    return field;
}

std::vector<std::string> parse_csv(std::string_view text) {
    if (text.ends_with('\n')) { // as docker buildx: of a heredoc, for example
        text.remove_suffix(1);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
    }
    std::vector<std::string> fields(1);
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '"') {
            for (++at;; ++at) {
                if (at >= text.size())
                    throw usage_error(fmt::format("'{}': a quote is not closed", printable(text)));
                if (text[at] != '"')
                    fields.back() += text[at];
                else if (at + 1 < text.size() && text[at + 1] == '"')
                    fields.back() += text[++at];
                else
                    break;
            }
            if (++at < text.size() && text[at] != ',')
                throw usage_error(fmt::format("'{}': a comma must follow a closing quote "
                                              "(character {})",
                                              printable(text), at + 1));
        } else {
            auto end = std::min(text.find(',', at), text.size());
            auto field = text.substr(at, end - at);
            if (field.find('"') != std::string_view::npos)
                throw usage_error(
                    fmt::format("'{}': a quote in the middle of a field", printable(text)),
                    "put quotes around the whole field: '\"key=a,b\"'");
            fields.back() += field;
            at = end;
        }
        if (at < text.size()) { // on a comma
            fields.emplace_back();
            ++at;
        }
    }
    return fields;
}

std::vector<std::string> parse_csv_line(std::string_view text) {
    while (text.starts_with('\n') || text.starts_with("\r\n"))
        text.remove_prefix(text.front() == '\n' ? 1 : 2);
    if (text.empty())
        return {};
    std::size_t end = 0;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != '\n'); ++end)
        if (text[end] == '"')
            quoted = !quoted;
    auto line = text.substr(0, end);
    if (end < text.size() && line.ends_with('\r'))
        line.remove_suffix(1);
    return parse_csv(line);
}

namespace {

// Counts letters added, removed, changed, or swapped with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before.swap(row);
        row.swap(next);
    }
    return row.back();
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string> &candidates) {
    auto best = std::max<std::size_t>(word.size() / 3, 1) + 1;
    std::string found;
    for (const auto &candidate : candidates) {
        auto distance = edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

namespace {

// Quotes a word with characters that are unsafe on a terminal, in a form that dash also reads.
std::string quoted_by_numbers(std::string_view text) {
    std::string result = "\"$(printf %b '";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7f || c == '\'' || c == '\\')
            result += fmt::format("\\0{:03o}", byte);
        else
            result += c;
    }
    return result + "')\"";
}

} // namespace

std::string shell_quote(std::string_view text) {
    constexpr std::string_view safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789@%+=:,./-_";
    if (!text.empty() && text.find_first_not_of(safe) == std::string_view::npos)
        return std::string(text);
    if (printable(text, true) != text)
        return quoted_by_numbers(text);
    return "'" + replace_all(std::string(text), "'", "'\\''") + "'";
}

namespace {

// The characters of two or three bytes that reorder or break a displayed line: U+061C, U+200E,
// U+200F, U+2028 to U+202E, U+2066 to U+2069. Nothing for others.
std::optional<unsigned> reordering_character(std::string_view text) {
    if (text.starts_with("\xd8\x9c"))
        return 0x061c;
    if (text.size() < 3 || text[0] != '\xe2' || (text[1] != '\x80' && text[1] != '\x81'))
        return std::nullopt;
    auto last = static_cast<unsigned char>(text[2]);
    if (last < 0x80 || last > 0xbf)
        return std::nullopt;
    unsigned character = (text[1] == '\x80' ? 0x2000u : 0x2040u) + (last & 0x3fu);
    bool reorders = character == 0x200e || character == 0x200f ||
                    (character >= 0x2028 && character <= 0x202e) ||
                    (character >= 0x2066 && character <= 0x2069);
    return reorders ? std::optional(character) : std::nullopt;
}

} // namespace

std::string printable(std::string_view text, bool keep_lines) {
    std::string result;
    auto hex = [&result](unsigned char byte) { result += fmt::format("\\x{:02x}", byte); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto byte = static_cast<unsigned char>(text[i]);
        auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
        if ((byte < 0x20 || byte == 0x7f) && !(keep_lines && (byte == '\n' || byte == '\t'))) {
            hex(byte);
        } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) { // U+0080 to U+009F, in UTF-8
            hex(byte);
            hex(static_cast<unsigned char>(next));
            ++i;
        } else if (auto character = reordering_character(text.substr(i))) {
            result += fmt::format("\\u{:04x}", *character);
            i += *character < 0x800 ? 1 : 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

} // namespace berth
