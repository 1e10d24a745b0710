// SPDX-License-Identifier: Apache-2.0
#include "toml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string_view>
#include <vector>

namespace berth::builder {

namespace {

bool is_bare_key(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
    });
}

std::string escaped(unsigned char letter) {
    constexpr std::pair<char, const char *> short_forms[] = {
        {'\b', "\\b"}, {'\t', "\\t"}, {'\n', "\\n"}, {'\f', "\\f"},
        {'\r', "\\r"}, {'"', "\\\""}, {'\\', "\\\\"}};
    for (const auto &[plain, form] : short_forms)
        if (letter == static_cast<unsigned char>(plain))
            return form;
    constexpr unsigned char space = 0x20, del = 0x7f;
    return letter < space || letter == del ? fmt::format("\\u{:04X}", letter)
                                           : std::string(1, static_cast<char>(letter));
}

// 'a literal', or "with escapes" if a literal cannot express it.
std::string toml_string(std::string_view text) {
    constexpr unsigned char space = 0x20, del = 0x7f;
    bool literal = std::none_of(text.begin(), text.end(), [](unsigned char letter) {
        return letter == '\'' || letter < space || letter == del;
    });
    if (literal)
        return fmt::format("'{}'", text);
    std::string result = "\"";
    for (unsigned char letter : text)
        result += escaped(letter);
    return result + '"';
}

std::string key_text(std::string_view key) {
    return is_bare_key(key) ? std::string(key) : toml_string(key);
}

std::string float_text(double value) {
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value < 0 ? "-inf" : "inf";
    auto text = fmt::format("{}", value);
    if (text.find('e') != std::string::npos)
        text = fmt::format("{:f}", value);
    return text.find('.') == std::string::npos ? text + ".0" : text;
}

// Sorts the keys, whose order in the library differs.
std::vector<std::pair<std::string_view, const toml::node *>> sorted(const toml::table &table) {
    std::vector<std::pair<std::string_view, const toml::node *>> entries;
    for (auto &&[key, node] : table)
        entries.emplace_back(key.str(), &node);
    std::sort(entries.begin(), entries.end(),
              [](const auto &left, const auto &right) { return left.first < right.first; });
    return entries;
}

std::string inline_text(const toml::node &node) {
    if (const auto *text = node.as_string())
        return toml_string(text->get());
    if (const auto *number = node.as_integer())
        return fmt::format("{}", number->get());
    if (const auto *number = node.as_floating_point())
        return float_text(number->get());
    if (const auto *flag = node.as_boolean())
        return flag->get() ? "true" : "false";
    std::string result;
    if (const auto *list = node.as_array()) {
        for (const auto &entry : *list)
            result += (result.empty() ? "" : ", ") + inline_text(entry);
        return "[" + result + "]";
    }
    if (const auto *table = node.as_table()) {
        for (const auto &[key, value] : sorted(*table))
            result += fmt::format("{}{} = {}", result.empty() ? "" : ", ", key_text(key),
                                  inline_text(*value));
        return "{" + result + "}";
    }
    std::ostringstream date;
    date << toml::node_view<const toml::node>(node);
    return date.str();
}

bool is_section(const toml::node &node) {
    const auto *list = node.as_array();
    return node.is_table() || (list != nullptr && !list->empty() && list->is_array_of_tables());
}

void add_table(std::string &out, const toml::table &table, const std::string &path);

void add_section(std::string &out, const toml::node &node, const std::string &path) {
    if (const auto *table = node.as_table()) {
        out += "[" + path + "]\n";
        return add_table(out, *table, path);
    }
    bool first = true;
    for (const auto &entry : *node.as_array()) {
        out += (first ? "[[" : "\n[[") + path + "]]\n";
        add_table(out, *entry.as_table(), path);
        first = false;
    }
}

void add_table(std::string &out, const toml::table &table, const std::string &path) {
    auto entries = sorted(table);
    bool separated = true; // the first section needs no separator
    for (const auto &[key, node] : entries)
        if (!is_section(*node)) {
            out += fmt::format("{} = {}\n", key_text(key), inline_text(*node));
            separated = false;
        }
    for (const auto &[key, node] : entries)
        if (is_section(*node)) {
            out += separated ? "" : "\n";
            add_section(out, *node, (path.empty() ? "" : path + ".") + key_text(key));
            separated = false;
        }
}

} // namespace

std::string format_toml(const toml::table &table) {
    std::string out;
    add_table(out, table, "");
    return out;
}

} // namespace berth::builder
