// SPDX-License-Identifier: Apache-2.0
#include "substitute.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

#include <array>

namespace berth::bake {

namespace {

constexpr int deepest_substitution = 50;

bool starts_name(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool in_name(char c) {
    return starts_name(c) || (c >= '0' && c <= '9');
}

std::size_t name_end(std::string_view text, std::size_t begin) {
    if (begin >= text.size() || !starts_name(text[begin]))
        return begin;
    while (begin < text.size() && in_name(text[begin]))
        begin++;
    return begin;
}

// The `}` for the `{` at `open`.
std::size_t closing_brace(std::string_view text, std::size_t open) {
    int depth = 0;
    for (auto i = open; i < text.size(); i++) {
        if (text[i] == '{')
            depth++;
        if (text[i] == '}' && --depth == 0)
            return i;
    }
    return std::string_view::npos;
}

struct BadTemplate {};

class Substitution {
  public:
    Substitution(const Lookup &lookup, std::vector<std::string> &unset)
        : lookup_(lookup), unset_(unset) {}

    std::string run(const std::string &text, int depth) {
        if (depth > deepest_substitution)
            throw Error("variables nest too deep");
        std::string result;
        for (std::size_t i = 0; i < text.size();) {
            auto dollar = text.find('$', i);
            result += text.substr(i, dollar - i);
            if (dollar == std::string::npos)
                break;
            i = reference(text, dollar + 1, result, depth);
        }
        return result;
    }

  private:
    // Replaces the reference after a `$`, and returns the position after it.
    std::size_t reference(const std::string &text, std::size_t begin, std::string &result,
                          int depth) {
        if (begin < text.size() && text[begin] == '$') {
            result += '$';
            return begin + 1;
        }
        if (begin < text.size() && text[begin] == '{') {
            auto close = closing_brace(text, begin);
            if (close == std::string::npos)
                throw BadTemplate();
            result += braced(text.substr(begin + 1, close - begin - 1), depth);
            return close + 1;
        }
        auto end = name_end(text, begin);
        if (end == begin) { // any other `$` is literal
            result += '$';
            return begin;
        }
        result += plain(text.substr(begin, end - begin));
        return end;
    }

    std::string plain(const std::string &name) {
        auto value = lookup_(name);
        if (!value)
            unset_.push_back(name);
        return value.value_or("");
    }

    std::string braced(const std::string &inner, int depth) {
        auto end = name_end(inner, 0);
        if (end == 0)
            throw BadTemplate();
        auto name = inner.substr(0, end), rest = inner.substr(end);
        if (rest.empty())
            return plain(name);
        bool not_empty = rest[0] == ':';
        auto kind = not_empty && rest.size() > 1 ? rest[1] : rest[0];
        auto word = rest.substr(not_empty ? 2 : 1);
        auto value = lookup_(name);
        bool present = value && (!not_empty || !value->empty());
        if (kind == '-')
            return present ? *value : run(word, depth + 1);
        if (kind == '+')
            return present ? run(word, depth + 1) : value.value_or("");
        if (kind != '?')
            throw BadTemplate();
        if (present)
            return *value;
        auto reason = run(word, depth + 1);
        throw Error(fmt::format("required variable {} is missing a value{}", name,
                                reason.empty() ? "" : ": " + printable(reason)));
    }

    const Lookup &lookup_;
    std::vector<std::string> &unset_;
};

void interpolate_at(Yaml &value, const YamlPath &path, const Lookup &lookup,
                    std::vector<std::string> &unset);

void interpolate_text(Yaml &value, const YamlPath &path, const Lookup &lookup,
                      std::vector<std::string> &unset) {
    auto text = value.get<std::string>();
    try {
        value = Substitution(lookup, unset).run(text, 0);
    } catch (const BadTemplate &) {
        throw Error(fmt::format("invalid interpolation format for {}.\nYou may need to escape any "
                                "$ with another $.\n{}",
                                printable(path_text(path)), printable(text)));
    } catch (const Error &error) {
        throw Error(fmt::format("error while interpolating {}: {}", printable(path_text(path)),
                                error.what()));
    }
}

void interpolate_at(Yaml &value, const YamlPath &path, const Lookup &lookup,
                    std::vector<std::string> &unset) {
    auto below = path;
    below.emplace_back();
    if (value.is_string()) {
        interpolate_text(value, path, lookup, unset);
    } else if (value.is_object()) {
        for (auto &[key, element] : value.items()) {
            below.back() = key;
            interpolate_at(element, below, lookup, unset);
        }
    } else if (value.is_array()) {
        below.back() = "[]";
        for (auto &element : value)
            interpolate_at(element, below, lookup, unset);
    }
}

} // namespace

Lookup lookup_in(const std::map<std::string, std::string> &variables) {
    return [&variables](const std::string &name) -> std::optional<std::string> {
        auto found = variables.find(name);
        if (found == variables.end())
            return {};
        return found->second;
    };
}

std::string substitute(const std::string &text, const Lookup &lookup,
                       std::vector<std::string> &unset) {
    try {
        return Substitution(lookup, unset).run(text, 0);
    } catch (const BadTemplate &) {
        throw Error(fmt::format("Invalid template: \"{}\"", printable(text)));
    }
}

void interpolate(Yaml &value, const Lookup &lookup, std::vector<std::string> &unset) {
    interpolate_at(value, {}, lookup, unset);
}

} // namespace berth::bake
