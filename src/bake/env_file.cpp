// SPDX-License-Identifier: Apache-2.0
#include "berth/bake/compose.hpp"
#include "berth/bake/overrides.hpp"
#include "berth/util/error.hpp"
#include "berth/util/file.hpp"
#include "berth/util/strings.hpp"

#include "substitute.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace berth::bake {

namespace {

using Variables = std::map<std::string, std::string>;

constexpr std::string_view blanks = " \t\v\f\r";

std::string escapes_replaced(const std::string &text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); i++) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            result += text[i];
            continue;
        }
        constexpr std::string_view letters = "abfnrtv\"\\", codes = "\a\b\f\n\r\t\v\"\\";
        char next = text[++i];
        if (auto place = letters.find(next); place != std::string_view::npos)
            result += codes[place];
        else if (next == '$')
            result += "$$";
        else
            result += {'\\', next};
    }
    return result;
}

class EnvFile {
  public:
    EnvFile(std::string_view text, const Variables &lookup) : text_(text), lookup_(lookup) {}

    Variables read() {
        while (skip_to_statement())
            read_statement();
        return std::move(values_);
    }

  private:
    bool at_end() const { return text_.empty(); }

    void advance(std::size_t count) {
        for (char c : text_.substr(0, count))
            line_ += c == '\n';
        text_.remove_prefix(std::min(count, text_.size()));
    }

    bool skip_to_statement() {
        for (;;) {
            advance(std::min(text_.find_first_not_of(" \t\v\f\r\n"), text_.size()));
            if (at_end())
                return false;
            if (text_.front() != '#')
                return true;
            advance(std::min(text_.find('\n'), text_.size()));
        }
    }

    [[noreturn]] void fail(const std::string &reason) {
        throw Error(fmt::format("line {}: {}", line_, reason));
    }

    std::string first_line() const { return std::string(text_.substr(0, text_.find('\n'))); }

    void read_statement() {
        if (text_.starts_with("export") && text_.size() > 6 &&
            blanks.find(text_[6]) != std::string_view::npos)
            advance(std::min(text_.find_first_not_of(blanks, 6), text_.size()));
        auto end = text_.find_first_of("=:\n");
        std::string name(trim(text_.substr(0, end)));
        for (char c : name) {
            bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c < 0 ||
                           std::string_view("_.-[] ").find(c) != std::string_view::npos;
            if (!allowed)
                fail(fmt::format("unexpected character \"{}\" in variable name \"{}\"", c,
                                 printable(first_line())));
        }
        if (name.find(' ') != std::string::npos)
            fail("key cannot contain a space");
        if (end == std::string_view::npos || text_[end] == '\n') {
            advance(std::min(end, text_.size()));
            if (auto value = lookup_.find(name); value != lookup_.end())
                values_[name] = value->second;
            return;
        }
        advance(end + 1);
        advance(std::min(text_.find_first_not_of(blanks), text_.size()));
        values_[name] = read_value();
    }

    std::string read_value() {
        if (!at_end() && (text_.front() == '"' || text_.front() == '\''))
            return read_quoted(text_.front());
        auto value = first_line();
        advance(std::min(text_.find('\n'), text_.size()));
        value = value.substr(0, value.find(" #"));
        while (!value.empty() && blanks.find(value.back()) != std::string_view::npos)
            value.pop_back();
        return expand(value);
    }

    std::string read_quoted(char quote) {
        std::string value;
        for (std::size_t i = 1; i < text_.size(); i++) {
            if (text_[i] == quote) {
                advance(i + 1);
                return quote == '"' ? expand(escapes_replaced(value)) : value;
            }
            if (text_[i] == '\\' && i + 1 < text_.size()) {
                i++;
                if (text_[i] != quote)
                    value += '\\';
            }
            value += text_[i];
        }
        fail(fmt::format("unterminated quoted value {}", printable(first_line())));
    }

    std::string expand(const std::string &value) {
        std::vector<std::string> unset;
        return substitute(
            value,
            [this](const std::string &name) -> std::optional<std::string> {
                if (auto found = lookup_.find(name); found != lookup_.end())
                    return found->second;
                if (auto found = values_.find(name); found != values_.end())
                    return found->second;
                return {};
            },
            unset);
    }

    std::string_view text_;
    const Variables &lookup_;
    Variables values_;
    int line_ = 1;
};

} // namespace

Variables read_env_file(const std::string &text, const Variables &lookup) {
    std::string_view rest = text;
    if (rest.starts_with("\xef\xbb\xbf"))
        rest.remove_prefix(3);
    return EnvFile(rest, lookup).read();
}

Variables compose_environment(const Environment &environment, const Variables &variables) {
    Variables values;
    if (environment_allowed(environment))
        values = environment.all();
    std::error_code error;
    if (std::filesystem::exists(".env", error) && !std::filesystem::is_directory(".env", error))
        for (auto &[name, value] : read_env_file(read_file(".env"), values))
            values.emplace(name, value);
    for (const auto &[name, value] : variables)
        values[name] = value;
    return values;
}

} // namespace berth::bake
