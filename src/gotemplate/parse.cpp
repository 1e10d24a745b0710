// SPDX-License-Identifier: Apache-2.0
// Reads a template into its tree.
#include "berth/util/strings.hpp"

#include "syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace berth::gotemplate {

namespace {

// Deeper than real templates, and far from the end of the stack.
constexpr int most_nested = 64;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string shown(std::string_view text) {
    constexpr std::size_t most = 60;
    return printable(text.size() <= most ? std::string(text)
                                         : std::string(text.substr(0, most)) + "…");
}

[[noreturn]] void fail(std::string_view source, const std::string &what, std::string hint = {}) {
    throw usage_error(fmt::format("invalid template: {} in \"{}\"", what, shown(source)),
                      std::move(hint));
}

// The text between {{ and }}.
class ActionParser {
  public:
    explicit ActionParser(std::string_view source) : source_(source), rest_(source) {}

    bool at_end() {
        skip_space();
        return rest_.empty();
    }

    // Reads `word` if it is the next word of letters.
    bool keyword(std::string_view word) {
        skip_space();
        if (!rest_.starts_with(word) || (rest_.size() > word.size() && is_name(rest_[word.size()])))
            return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::vector<std::string> declared() {
        auto end = rest_.find(":=");
        if (end == std::string_view::npos || !trim(rest_).starts_with('$'))
            return {};
        std::vector<std::string> names;
        for (const auto &part : split(rest_.substr(0, end), ',')) {
            std::string name(trim(part));
            if (name.size() < 2 || name[0] != '$' ||
                !std::all_of(name.begin() + 1, name.end(), is_name))
                return {}; // := inside a string
            names.push_back(std::move(name));
        }
        rest_.remove_prefix(end + 2);
        return names;
    }

    Pipeline pipeline(int depth = 0) {
        if (depth > most_nested)
            fail(source_, "parentheses nested too deep");
        Pipeline result{.commands = {}, .source = std::string(source_)};
        std::vector<Word> command;
        auto finish_command = [&] {
            if (command.empty())
                fail(source_, "a value is missing");
            // A value takes no arguments.
            bool called = command.front().kind == Word::function;
            if (!called && (command.size() > 1 || !result.commands.empty()))
                fail(source_, "a value is given arguments as if it were a function");
            result.commands.push_back(std::move(command));
            command.clear();
        };
        for (;;) {
            skip_space();
            if (rest_.empty() || rest_.front() == ')')
                break;
            if (rest_.front() == '|') {
                rest_.remove_prefix(1);
                finish_command();
                continue;
            }
            command.push_back(word(depth));
        }
        finish_command();
        return result;
    }

    void expect_end() {
        if (!at_end())
            fail(source_, fmt::format("unexpected \"{}\"", shown(rest_)));
    }

  private:
    void skip_space() {
        while (!rest_.empty() && is_space(rest_.front()))
            rest_.remove_prefix(1);
    }

    std::string name() {
        std::size_t end = 0;
        while (end < rest_.size() && is_name(rest_[end]))
            ++end;
        std::string result(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return result;
    }

    void read_fields(Word &word) {
        while (!rest_.empty() && rest_.front() == '.') {
            rest_.remove_prefix(1);
            word.fields.push_back(name());
            if (word.fields.back().empty())
                fail(source_, "a name is missing after \".\"");
        }
    }

    Word word(int depth) {
        char first = rest_.front();
        Word result;
        if (first == '.') {
            if (rest_.size() > 1 && is_name(rest_[1]))
                read_fields(result);
            else
                rest_.remove_prefix(1);
        } else if (first == '$') {
            rest_.remove_prefix(1);
            result.kind = Word::variable;
            result.name = "$" + name();
            read_fields(result);
        } else if (first == '(') {
            rest_.remove_prefix(1);
            result.kind = Word::nested;
            result.inner.push_back(pipeline(depth + 1));
            if (rest_.empty())
                fail(source_, "unclosed parenthesis");
            rest_.remove_prefix(1);
            read_fields(result);
        } else if (first == '"' || first == '`') {
            result.kind = Word::literal;
            result.value = quoted();
        } else if (is_name(first) || first == '-' || first == '+') {
            read_bare(result);
        } else {
            fail(source_, fmt::format("unexpected \"{}\"", shown(rest_)));
        }
        if (!rest_.empty() && !is_space(rest_.front()) && rest_.front() != '|' &&
            rest_.front() != ')')
            fail(source_, fmt::format("unexpected \"{}\"", shown(rest_)));
        return result;
    }

    void read_bare(Word &result) {
        bool sign = !is_name(rest_.front());
        auto text = std::string(rest_.substr(0, sign ? 1 : 0));
        rest_.remove_prefix(text.size());
        text += name();
        result.kind = Word::literal;
        if (auto number = parse_integer(text)) {
            result.value = *number;
        } else if (text == "true" || text == "false") {
            result.value = text == "true";
        } else if (text == "nil") {
            result.value = nullptr;
        } else if (is_function(text)) {
            result.kind = Word::function;
            result.name = text;
        } else {
            fail(
                source_, fmt::format("there is no function \"{}\"", shown(text)),
                "there are and, eq, index, join, json, len, lower, ne, not, or, pad, print, "
                "println, split, title, truncate, upper; a field is written with a dot: {{.Name}}");
        }
    }

    std::string quoted() {
        char quote = rest_.front();
        std::string text;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == quote) {
                rest_.remove_prefix(i + 1);
                return text;
            }
            if (quote == '`' || rest_[i] != '\\') {
                text += rest_[i];
                continue;
            }
            if (++i == rest_.size())
                break;
            switch (rest_[i]) {
            case 'n':
                text += '\n';
                break;
            case 't':
                text += '\t';
                break;
            case '"':
            case '\\':
                text += rest_[i];
                break;
            default:
                fail(source_, fmt::format("unknown escape \"\\{}\"", shown(rest_.substr(i, 1))));
            }
        }
        fail(source_, "unclosed string");
    }

    std::string_view source_, rest_;
};

class Parser {
  public:
    explicit Parser(std::string_view text) : rest_(text) {}

    Block parse() {
        Block block = read_block(0);
        if (end_)
            fail(end_source_, fmt::format("{{{{{}}}}} without a beginning", *end_));
        return block;
    }

  private:
    // Reads up to the end, or to an {{end}} or {{else}}, which it stores in end_.
    Block read_block(int depth) {
        if (depth > most_nested)
            throw usage_error("invalid template: blocks nested too deep");
        Block block;
        end_.reset();
        while (!rest_.empty()) {
            read_text(block);
            if (rest_.empty())
                break;
            auto action = read_action();
            if (action.starts_with("/*")) {
                if (action.size() < 4 || !action.ends_with("*/"))
                    fail(action, "unclosed comment");
                continue;
            }
            ActionParser parser(action);
            if (parser.at_end())
                fail("{{" + std::string(action) + "}}", "a value is missing");
            if (parser.keyword("end")) {
                parser.expect_end();
                return ended("end", action, std::move(block));
            }
            if (parser.keyword("else")) {
                after_else_ = parser;
                return ended("else", action, std::move(block));
            }
            block.parts.push_back(read_part(parser, action, depth));
        }
        end_.reset();
        return block;
    }

    Block ended(const char *word, std::string_view source, Block block) {
        end_ = word;
        end_source_ = source;
        return block;
    }

    Part read_part(ActionParser &parser, std::string_view action, int depth) {
        Part part{.kind = parser.keyword("if")      ? Part::condition
                          : parser.keyword("range") ? Part::range
                          : parser.keyword("with")  ? Part::with
                                                    : Part::action};
        for (const auto *word : {"define", "template", "block", "break", "continue"})
            if (part.kind == Part::action && parser.keyword(word))
                fail(action, fmt::format("{} is not supported", word));
        part.variables = parser.declared();
        if (part.variables.size() > (part.kind == Part::range ? 2U : 1U))
            fail(action, "too many variables");
        part.pipelines.push_back(parser.pipeline());
        parser.expect_end();
        if (part.kind == Part::action)
            return part;
        for (;;) {
            part.blocks.push_back(read_block(depth + 1));
            if (!end_)
                fail(action, "there is no {{end}} for this");
            if (*end_ == "end")
                break;
            if (part.blocks.size() > part.pipelines.size())
                fail(end_source_, "a second {{else}}");
            auto parser_of_else = *after_else_;
            if (parser_of_else.at_end())
                continue;
            if (part.kind != Part::condition || !parser_of_else.keyword("if"))
                fail(end_source_, "more than else");
            part.pipelines.push_back(parser_of_else.pipeline());
            parser_of_else.expect_end();
        }
        end_.reset();
        return part;
    }

    void read_text(Block &block) {
        auto at = std::min(rest_.find("{{"), rest_.size());
        auto text = rest_.substr(0, at);
        rest_.remove_prefix(at);
        if (trim_next_)
            while (!text.empty() && is_space(text.front()))
                text.remove_prefix(1);
        trim_next_ = false;
        if (rest_.size() > 3 && rest_[2] == '-' && is_space(rest_[3]))
            while (!text.empty() && is_space(text.back()))
                text.remove_suffix(1);
        if (!text.empty())
            block.parts.push_back({.kind = Part::text, .literal = std::string(text)});
    }

    // Strings and comments may contain }}.
    std::size_t action_end() const {
        if (auto start = rest_.find_first_not_of(" \t\r\n-", 2);
            start != std::string_view::npos && rest_.substr(start).starts_with("/*")) {
            auto end = rest_.find("*/", start + 2);
            return end == std::string_view::npos ? end : rest_.find("}}", end);
        }
        char quote = 0;
        for (std::size_t i = 2; i < rest_.size(); ++i) {
            if (quote != 0) {
                if (quote == '"' && rest_[i] == '\\')
                    ++i;
                else if (rest_[i] == quote)
                    quote = 0;
            } else if (rest_[i] == '"' || rest_[i] == '`') {
                quote = rest_[i];
            } else if (rest_.substr(i, 2) == "}}") {
                return i;
            }
        }
        return std::string_view::npos;
    }

    std::string_view read_action() {
        auto end = action_end();
        if (end == std::string_view::npos)
            fail(rest_, "there is no }} for this");
        auto action = rest_.substr(2, end - 2);
        rest_.remove_prefix(end + 2);
        if (action.size() > 1 && action[0] == '-' && is_space(action[1]))
            action.remove_prefix(1);
        if (action.size() > 1 && action.back() == '-' && is_space(action[action.size() - 2])) {
            action.remove_suffix(1);
            trim_next_ = true;
        }
        return trim(action);
    }

    std::string_view rest_;
    bool trim_next_ = false;
    std::optional<std::string> end_;
    std::string_view end_source_;
    std::optional<ActionParser> after_else_;
};

} // namespace

Block parse(std::string_view text) {
    return Parser(text).parse();
}

} // namespace berth::gotemplate
