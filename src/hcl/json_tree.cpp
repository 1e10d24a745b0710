// SPDX-License-Identifier: Apache-2.0
#include "json_tree.hpp"

#include "limits.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace berth::hcl {
namespace {

bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

// JSON's grammar for numbers.
bool is_number(std::string_view text) {
    const auto digits = [&] {
        const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const bool zero = text.starts_with('0');
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1))
        return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (digits() == 0)
            return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-'))
            text.remove_prefix(1);
        if (digits() == 0)
            return false;
    }
    return text.empty();
}

struct Stop {}; // an error was reported

class JsonParser {
  public:
    JsonParser(std::string_view text, const std::string &file, const Position &start,
               Diagnostics &diagnostics)
        : text_(text), file_(file), position_(start), diagnostics_(diagnostics) {}

    JsonNode whole() {
        JsonNode result = value("Missing value");
        skip_spaces();
        if (!rest().empty())
            fail("Extraneous data after value", "Extra characters appear after the JSON value.",
                 here(1));
        return result;
    }

  private:
    std::string_view rest() const { return text_.substr(at_); }
    bool at(char character) {
        skip_spaces();
        return rest().starts_with(character);
    }
    void advance(std::size_t length) {
        position_ = advanced(position_, rest().substr(0, length));
        at_ += length;
    }
    Range here(std::size_t length) const {
        const std::string_view text = rest().substr(0, length);
        return {file_, position_, advanced(position_, text)};
    }
    Range take(std::size_t length) {
        Range range = here(length);
        advance(length);
        return range;
    }
    void skip_spaces() { advance(std::min(rest().find_first_not_of(" \t\r\n"), rest().size())); }
    [[noreturn]] void fail(const std::string &summary, const std::string &detail,
                           const Range &range) {
        diagnostics_.push_back(error(summary, detail, range));
        throw Stop{};
    }

    JsonNode value(const char *missing);
    JsonNode object();
    JsonNode array();
    JsonNode number();
    JsonNode keyword();
    JsonNode string();
    void property(JsonNode &object);
    void colon();
    bool separator(char close, const Range &open, bool object);
    std::string string_text(std::string_view quoted, const Range &range);
    void escape(std::string &result, std::string_view &text, const Range &range);
    std::uint32_t code_unit(std::string_view &text, const Range &range);

    std::string_view text_;
    const std::string &file_;
    std::size_t at_ = 0;
    Position position_;
    Diagnostics &diagnostics_;
    int depth_ = 0;
};

JsonNode JsonParser::value(const char *missing) {
    skip_spaces();
    if (rest().empty())
        fail(missing, "The JSON data ends prematurely.", here(0));
    const char first = rest().front();
    if (first == '{' || first == '[') {
        if (++depth_ > deepest)
            fail("Nesting too deep", "JSON can be nested up to 400 levels.", here(1));
        JsonNode result = first == '{' ? object() : array();
        --depth_;
        return result;
    }
    if (first == '"')
        return string();
    if (is_digit(first) || first == '-' || first == '+' || first == '.')
        return number();
    if (is_letter(first))
        return keyword();
    fail(first == '}'   ? "Missing JSON value"
         : first == ']' ? "Missing array element value"
                        : "Invalid start of value",
         "A JSON value starts with a brace, a bracket, a number, a string, or a keyword.", here(1));
}

// Reads the separator after an item. True if another item follows.
bool JsonParser::separator(char close, const Range &open, bool object) {
    if (at(close))
        return false;
    if (rest().empty())
        fail("Unclosed object",
             object ? "No closing brace was found for this JSON object."
                    : "No closing bracket was found for this JSON array.",
             open);
    if (rest().front() == (object ? ']' : '}'))
        fail(object ? "Mismatched braces" : "Mismatched brackets",
             object ? "A JSON object must be closed with a brace, not a bracket."
                    : "A JSON array must be closed with a bracket, not a brace.",
             here(1));
    if (!object && rest().front() == ':')
        fail("Invalid array value", "A JSON array has no colons.", here(1));
    if (rest().front() != ',')
        fail("Missing attribute seperator comma",
             object ? "A comma must appear between each property definition in an object."
                    : "A comma must appear between each value in an array.",
             here(1));
    const Range comma = take(1);
    if (at(close))
        fail(object ? "Trailing comma in object" : "Trailing comma in array",
             "JSON does not permit a trailing comma.", comma);
    return true;
}

JsonNode JsonParser::object() {
    JsonNode result{.kind = JsonNode::Kind::object,
                    .range = {},
                    .open = take(1),
                    .close = {},
                    .properties = {}};
    if (!at('}')) {
        do
            property(result);
        while (separator('}', result.open, true));
    }
    result.close = take(1);
    result.range = range_between(result.open, result.close);
    return result;
}

void JsonParser::property(JsonNode &object) {
    JsonNode name = value("Missing value");
    if (name.kind != JsonNode::Kind::string)
        fail("Invalid object property name", "A JSON object property name must be a string",
             name.open);
    colon();
    object.properties.push_back({std::move(name.text), name.range, value("Missing value")});
}

void JsonParser::colon() {
    if (at(':'))
        return advance(1);
    const char next = rest().empty() ? ' ' : rest().front();
    if (next == '}' || next == ',')
        fail("Missing object value",
             "A JSON object attribute must have a value, introduced by a colon.", here(1));
    fail("Missing property value colon",
         next == '=' ? "JSON uses a colon as its name/value delimiter, not an equals sign."
                     : "A colon must appear between an object property's name and its value.",
         here(1));
}

JsonNode JsonParser::array() {
    JsonNode result{
        .kind = JsonNode::Kind::array, .range = {}, .open = take(1), .close = {}, .properties = {}};
    if (!at(']')) {
        do
            result.values.push_back(value("Missing value"));
        while (separator(']', result.open, false));
    }
    result.close = take(1);
    result.range = range_between(result.open, result.close);
    return result;
}

JsonNode JsonParser::number() {
    const std::size_t length = std::min(rest().find_first_not_of("+-.eE0123456789"), rest().size());
    const std::string_view text = rest().substr(0, length);
    const Range range = take(length);
    const std::optional<Number> number = is_number(text) ? Number::parse(text) : std::nullopt;
    if (!number)
        fail("Invalid JSON number", "There is a syntax error in the given JSON number.", range);
    return {.kind = JsonNode::Kind::number,
            .range = range,
            .open = range,
            .close = range,
            .number = *number,
            .text = std::string(text),
            .properties = {}};
}

JsonNode JsonParser::keyword() {
    std::size_t length = 0;
    while (length < rest().size() && (is_letter(rest()[length]) || rest()[length] == '_'))
        ++length;
    const std::string word(rest().substr(0, length));
    const Range range = take(length);
    if (word == "null" || word == "true" || word == "false")
        return {.kind = word == "null" ? JsonNode::Kind::null : JsonNode::Kind::boolean,
                .range = range,
                .open = range,
                .close = range,
                .boolean = word == "true",
                .properties = {}};
    fail("Invalid JSON keyword",
         word == "undefined" || word == "NaN" || word == "Infinity"
             ? fmt::format("The JavaScript identifier \"{}\" cannot be used in JSON.", word)
             : fmt::format("\"{}\" is not a valid JSON keyword.{}", word,
                           suggestion(word, {"false", "true", "null"})),
         range);
}

JsonNode JsonParser::string() {
    std::size_t length = 1;
    while (length < rest().size() && rest()[length] != '"' &&
           static_cast<unsigned char>(rest()[length]) >= 0x20)
        length += rest()[length] == '\\' && length + 1 < rest().size() ? 2U : 1U;
    const std::string_view quoted = rest().substr(0, length + 1);
    const Range range = take(std::min(length + 1, rest().size()));
    if (quoted.size() < 2 || quoted.back() != '"' || quoted.size() != length + 1)
        fail("Invalid JSON string", "There is a syntax error in the given JSON string.", range);
    return {.kind = JsonNode::Kind::string,
            .range = range,
            .open = range,
            .close = range,
            .text = string_text(quoted.substr(1, length - 1), range),
            .properties = {}};
}

std::string JsonParser::string_text(std::string_view text, const Range &range) {
    std::string result;
    while (!text.empty()) {
        if (text.front() == '\\') {
            escape(result, text, range);
            continue;
        }
        const std::size_t length = sequence_length(text);
        result += length == 0 ? "\uFFFD" : std::string(text.substr(0, length));
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

void JsonParser::escape(std::string &result, std::string_view &text, const Range &range) {
    constexpr std::string_view from = "\"\\/bfnrt";
    constexpr std::string_view to = "\"\\/\b\f\n\r\t";
    const std::size_t simple = from.find(text[1]);
    if (simple != std::string_view::npos) {
        result += to[simple];
        text.remove_prefix(2);
        return;
    }
    std::uint32_t point = code_unit(text, range);
    if (point >= 0xD800 && point < 0xDC00 && text.starts_with("\\u")) {
        std::string_view after = text;
        const std::uint32_t low = code_unit(after, range);
        if (low >= 0xDC00 && low < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
            text = after;
        }
    }
    const std::string character = utf8(static_cast<std::int32_t>(point));
    result += character.empty() ? "\uFFFD" : character; // half of a surrogate pair
}

// \uXXXX
std::uint32_t JsonParser::code_unit(std::string_view &text, const Range &range) {
    std::uint32_t unit = 0;
    const std::string_view digits = text.substr(std::min<std::size_t>(2, text.size()), 4);
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (text[1] != 'u' || digits.size() != 4 || problem != std::errc() ||
        end != digits.data() + digits.size())
        fail("Invalid JSON string", "There is a syntax error in the given JSON string.", range);
    text.remove_prefix(6);
    return unit;
}

} // namespace

JsonNodePtr parse_json_tree(std::string_view text, const std::string &file, const Position &start,
                            Diagnostics &diagnostics) {
    try {
        return std::make_shared<const JsonNode>(JsonParser(text, file, start, diagnostics).whole());
    } catch (const Stop &) {
        return {};
    }
}

} // namespace berth::hcl
