// SPDX-License-Identifier: Apache-2.0
// The functions that templates call: those of Go and of docker's formatter.
#include "berth/gotemplate/template.hpp"
#include "berth/util/strings.hpp"

#include "syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace berth::gotemplate {

namespace {

using nlohmann::json;

constexpr long long most_padding = 10000;

const std::string &text(const std::string &name, const json &value) {
    if (!value.is_string())
        throw usage_error(
            fmt::format("{}: a text is needed, and this is of type {}", name, value.type_name()));
    return value.get_ref<const std::string &>();
}

long long number(const std::string &name, const json &value) {
    if (!value.is_number_integer())
        throw usage_error(
            fmt::format("{}: a number is needed, and this is of type {}", name, value.type_name()));
    return value.get<long long>();
}

std::string change_case(std::string word, bool up, bool first_only) {
    bool start = true;
    for (auto &c : word) {
        if (up && c >= 'a' && c <= 'z' && (start || !first_only))
            c = static_cast<char>(c - 'a' + 'A');
        start = c == ' ' || c == '\t' || c == '\n';
    }
    return word;
}

json join_words(const Values &arguments) {
    const auto &list = *arguments[0];
    if (!list.is_array())
        throw usage_error(
            fmt::format("join: a list is needed, and this is of type {}", list.type_name()));
    std::vector<std::string> words;
    for (const auto &word : list)
        words.push_back(text("join", word));
    return join(words, text("join", *arguments[1]));
}

json split_text(const Values &arguments) {
    std::string_view rest = text("split", *arguments[0]);
    const auto &separator = text("split", *arguments[1]);
    auto parts = json::array();
    if (separator.empty()) { // splits into characters
        while (!rest.empty()) {
            std::size_t end = 1;
            while (end < rest.size() && (static_cast<unsigned char>(rest[end]) & 0xC0) == 0x80)
                ++end;
            parts.push_back(std::string(rest.substr(0, end)));
            rest.remove_prefix(end);
        }
        return parts;
    }
    for (;;) {
        auto end = rest.find(separator);
        parts.push_back(std::string(rest.substr(0, end)));
        if (end == std::string_view::npos)
            return parts;
        rest.remove_prefix(end + separator.size());
    }
}

json index_into(const Values &arguments) {
    const json *at = arguments[0];
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (at->is_object()) {
            auto found = at->find(text("index", *arguments[i]));
            if (found == at->end())
                return nullptr;
            at = &*found;
        } else if (at->is_array()) {
            auto position = number("index", *arguments[i]);
            if (position < 0 || static_cast<std::size_t>(position) >= at->size())
                throw usage_error(
                    fmt::format("index: there is no {} in a list of {}", position, at->size()));
            at = &(*at)[static_cast<std::size_t>(position)];
        } else {
            throw usage_error(
                fmt::format("index: expected a list or a map, not {}", at->type_name()));
        }
    }
    return *at;
}

json length(const json &value) {
    if (value.is_string())
        return value.get_ref<const std::string &>().size();
    if (value.is_array() || value.is_object())
        return value.size();
    throw usage_error(fmt::format("len: a value of type {} has no length", value.type_name()));
}

json pad(const Values &arguments) {
    const auto &word = text("pad", *arguments[0]);
    auto before = number("pad", *arguments[1]), after = number("pad", *arguments[2]);
    if (before < 0 || after < 0 || before > most_padding || after > most_padding)
        throw usage_error(fmt::format("pad: from 0 to {} spaces", most_padding));
    if (word.empty())
        return word;
    return std::string(static_cast<std::size_t>(before), ' ') + word +
           std::string(static_cast<std::size_t>(after), ' ');
}

json truncate(const Values &arguments) {
    const auto &word = text("truncate", *arguments[0]);
    auto length = number("truncate", *arguments[1]);
    if (length < 0)
        throw usage_error("truncate: a length cannot be negative");
    auto end = std::min(word.size(), static_cast<std::size_t>(length));
    while (end > 0 && end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80)
        --end; // never half a character
    return word.substr(0, end);
}

// The last one if none decides.
json first_that_is(bool wanted, const Values &arguments) {
    for (const auto *value : arguments)
        if (is_true(*value) == wanted)
            return *value;
    return *arguments.back();
}

json print(const Values &arguments, bool lines) {
    std::string out;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        bool texts = i > 0 && (arguments[i - 1]->is_string() || arguments[i]->is_string());
        if (i > 0 && (lines || !texts))
            out += ' ';
        print_value(out, *arguments[i]);
    }
    return lines ? out + '\n' : out;
}

struct Function {
    std::string_view name;
    std::size_t least, most; // arguments
    json (*call)(const Values &arguments);
};

constexpr std::size_t any = 1000;
constexpr std::array<Function, 18> functions = {{
    {"and", 1, any, [](const Values &values) { return first_that_is(false, values); }},
    {"eq", 2, any,
     [](const Values &values) {
         return json(std::any_of(values.begin() + 1, values.end(),
                                 [&](const json *value) { return *value == *values[0]; }));
     }},
    {"index", 1, any, index_into},
    {"join", 2, 2, join_words},
    {"json", 1, 1,
     [](const Values &values) {
         return json(values[0]->dump(-1, ' ', false, json::error_handler_t::replace));
     }},
    {"len", 1, 1, [](const Values &values) { return length(*values[0]); }},
    {"lower", 1, 1, [](const Values &values) { return json(lower(text("lower", *values[0]))); }},
    {"ne", 2, 2, [](const Values &values) { return json(*values[0] != *values[1]); }},
    {"not", 1, 1, [](const Values &values) { return json(!is_true(*values[0])); }},
    {"or", 1, any, [](const Values &values) { return first_that_is(true, values); }},
    {"pad", 3, 3, pad},
    {"print", 0, any, [](const Values &values) { return print(values, false); }},
    {"printf", 1, any, print_formatted},
    {"println", 0, any, [](const Values &values) { return print(values, true); }},
    {"split", 2, 2, split_text},
    {"title", 1, 1,
     [](const Values &values) { return json(change_case(text("title", *values[0]), true, true)); }},
    {"truncate", 2, 2, truncate},
    {"upper", 1, 1,
     [](const Values &values) {
         return json(change_case(text("upper", *values[0]), true, false));
     }},
}};

const Function *find_function(std::string_view name) {
    const auto *found = std::find_if(functions.begin(), functions.end(),
                                     [&](const Function &one) { return one.name == name; });
    return found == functions.end() ? nullptr : found;
}

} // namespace

bool is_function(std::string_view name) {
    return find_function(name) != nullptr;
}

json call(const std::string &name, const Values &arguments) {
    const auto *function = find_function(name);
    if (function == nullptr || arguments.size() < function->least ||
        arguments.size() > function->most)
        throw usage_error(
            fmt::format("{}: wrong number of arguments ({})", name, arguments.size()));
    return function->call(arguments);
}

bool is_true(const json &value) {
    if (value.is_boolean())
        return value.get<bool>();
    if (value.is_number())
        return value != 0;
    if (value.is_string())
        return !value.get_ref<const std::string &>().empty();
    return !value.empty();
}

void print_value(std::string &out, const json &value) {
    const char *separator = "";
    if (value.is_string()) {
        out += value.get_ref<const std::string &>();
    } else if (value.is_array()) {
        out += '[';
        for (const auto &one : value) {
            out += std::exchange(separator, " ");
            print_value(out, one);
        }
        out += ']';
    } else if (value.is_object() && value.contains(struct_mark)) {
        out += '{';
        for (const auto &name : value[struct_mark]["fields"]) {
            out += std::exchange(separator, " ");
            print_value(out, value[name.get_ref<const std::string &>()]);
        }
        out += '}';
    } else if (value.is_object()) {
        out += "map[";
        for (const auto &[key, one] : value.items()) {
            out += std::exchange(separator, " ") + key + ':';
            print_value(out, one);
        }
        out += ']';
    } else if (!value.is_null()) {
        out += value.dump();
    }
}

} // namespace berth::gotemplate
