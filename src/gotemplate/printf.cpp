// SPDX-License-Identifier: Apache-2.0
// The template function printf: the subset of Go's fmt.Printf that is useful in templates.
#include "berth/util/strings.hpp"

#include "syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace berth::gotemplate {

namespace {

using nlohmann::json;

constexpr std::size_t most_width = 10000;

struct Verb {
    bool left = false, zeros = false;
    std::size_t width = 0;
    std::optional<std::size_t> precision = {};
    char letter = 0;
};

std::size_t read_number(std::string_view format, std::size_t &at) {
    std::size_t number = 0;
    for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at)
        number = std::min(most_width, number * 10 + static_cast<std::size_t>(format[at] - '0'));
    return number;
}

// Reads the verb after `%`, and advances `at` past it.
Verb read_verb(std::string_view format, std::size_t &at) {
    Verb verb;
    for (; at < format.size() && (format[at] == '-' || format[at] == '0'); ++at)
        (format[at] == '-' ? verb.left : verb.zeros) = true;
    verb.width = read_number(format, at);
    if (at < format.size() && format[at] == '.')
        verb.precision = read_number(format, ++at);
    if (at >= format.size())
        throw usage_error(fmt::format("printf: no verb at the end of \"{}\"", printable(format)));
    verb.letter = format[at++];
    return verb;
}

std::string write(const Verb &verb, const json &value) {
    std::string text;
    switch (verb.letter) {
    case 's':
    case 'v':
        print_value(text, value);
        break;
    case 'q':
        if (!value.is_string())
            throw usage_error("printf: %q needs a text");
        text = value.dump(-1, ' ', false, json::error_handler_t::replace);
        break;
    case 'd':
        if (!value.is_number_integer())
            throw usage_error("printf: %d needs a whole number");
        text = value.dump();
        break;
    case 't':
        if (!value.is_boolean())
            throw usage_error("printf: %t needs true or false");
        text = value.dump();
        break;
    default:
        throw usage_error(fmt::format("printf: the verb %{} is not supported",
                                      printable(std::string_view(&verb.letter, 1))),
                          "verbs are %s, %v, %q, %d, %t and %%");
    }
    if (verb.precision && verb.letter == 's')
        text = text.substr(0, *verb.precision);
    auto padding = text.size() < verb.width ? verb.width - text.size() : 0;
    if (verb.left)
        return text + std::string(padding, ' ');
    return std::string(padding, verb.zeros && verb.letter == 'd' ? '0' : ' ') + text;
}

} // namespace

json print_formatted(const Values &arguments) {
    if (!arguments[0]->is_string())
        throw usage_error("printf: the format is no text");
    std::string_view format = arguments[0]->get_ref<const std::string &>();
    std::string out;
    std::size_t next = 1;
    for (std::size_t at = 0; at < format.size();) {
        auto percent = std::min(format.find('%', at), format.size());
        out += format.substr(at, percent - at);
        at = percent + 1;
        if (percent == format.size())
            break;
        auto verb = read_verb(format, at);
        if (verb.letter == '%') {
            out += '%';
            continue;
        }
        if (next >= arguments.size())
            throw usage_error(
                fmt::format("printf: \"{}\" needs more arguments", printable(format)));
        out += write(verb, *arguments[next++]);
    }
    if (next < arguments.size())
        throw usage_error(fmt::format("printf: \"{}\" takes fewer arguments", printable(format)));
    return out;
}

} // namespace berth::gotemplate
