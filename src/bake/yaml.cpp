// SPDX-License-Identifier: Apache-2.0
#include "yaml.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"
#include "berth/util/utf8.hpp"

#include "yaml_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace berth::bake {

namespace {

constexpr int most_nodes = 100000; // compose-go's limit; aliases count each time
constexpr int deepest_node = 200;

std::optional<Yaml> read_integer(std::string_view text) {
    if (text.find_first_of("+-0123456789") != 0) // but _1
        return {};
    bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    auto digits = replace_all(std::string(text), "_", "");
    int base = 10;
    std::size_t skip = 0;
    if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
        base = 16, skip = 2;
    else if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'o' || digits[1] == 'O'))
        base = 8, skip = 2;
    else if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'b' || digits[1] == 'B'))
        base = 2, skip = 2;
    else if (digits.size() > 1 && digits[0] == '0')
        base = 8, skip = 1;
    std::uint64_t number = 0;
    auto *end = digits.data() + digits.size();
    auto [stop, problem] = std::from_chars(digits.data() + skip, end, number, base);
    if (problem != std::errc() || stop != end)
        return {};
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!negative)
        return Yaml(number);
    if (number > largest)
        return {};
    return Yaml(-static_cast<std::int64_t>(number));
}

bool looks_like_number(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+'))
        text.remove_prefix(1);
    if (text.empty() || (text[0] != '.' && (text[0] < '0' || text[0] > '9')))
        return false;
    return text.find_first_not_of("0123456789.eE+-_") == std::string_view::npos;
}

Yaml read_plain(const std::string &text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
        return nullptr;
    if (text == "true" || text == "True" || text == "TRUE")
        return true;
    if (text == "false" || text == "False" || text == "FALSE")
        return false;
    if (auto number = read_integer(text))
        return *number;
    if (auto time = go_time(text))
        return *time;
    if (looks_like_number(text))
        if (auto number = parse_float(replace_all(text, "_", "")))
            return *number;
    return text;
}

class Converter {
  public:
    Converter(const std::string &name, YamlDocument &document) : name_(name), document_(document) {}

    Yaml convert(const YAML::Node &node, const YamlPath &path) {
        if (++nodes_ > most_nodes)
            throw Error(fmt::format("failed to parse {}: compose file exceeds maximum node visit "
                                    "limit ({})",
                                    printable(name_), most_nodes));
        if (path.size() > deepest_node)
            throw Error(fmt::format("failed to parse {}: values nest more than {} levels deep",
                                    printable(name_), deepest_node));
        if (node.Tag() == "!reset" || node.Tag() == "!override")
            document_.replaced.push_back(path);
        if (node.IsMap())
            return convert_map(node, path);
        if (node.IsSequence())
            return convert_list(node, path);
        if (!node.IsScalar())
            return nullptr;
        const auto &tag = node.Tag();
        if (tag == "!" || tag == "tag:yaml.org,2002:str")
            return node.Scalar();
        return read_plain(node.Scalar());
    }

  private:
    static YamlPath below(const YamlPath &path, const std::string &key) {
        auto longer = path;
        longer.push_back(key);
        return longer;
    }

    Yaml convert_list(const YAML::Node &node, const YamlPath &path) {
        Yaml list = Yaml::array();
        for (const auto &element : node)
            if (element.Tag() != "!reset")
                list.push_back(convert(element, below(path, "[]")));
        return list;
    }

    Yaml convert_map(const YAML::Node &node, const YamlPath &path) {
        Yaml map = Yaml::object();
        std::map<std::string, int> lines;
        for (const auto &pair : node) {
            if (!pair.first.IsScalar())
                throw Error(fmt::format("failed to parse {}: line {}: a key must be a text",
                                        printable(name_), pair.first.Mark().line + 1));
            auto key = pair.first.Scalar();
            int line = pair.first.Mark().line + 1;
            if (auto [earlier, added] = lines.emplace(key, line); !added)
                throw Error(fmt::format("failed to parse {}: line {}: mapping key \"{}\" already "
                                        "defined at line {}",
                                        printable(name_), line, printable(key), earlier->second));
            if (key == "<<" && pair.first.Tag() != "!")
                continue;
            auto value = convert(pair.second, below(path, key));
            if (pair.second.Tag() != "!reset")
                map[key] = std::move(value);
        }
        for (const auto &pair : node)
            if (pair.first.Scalar() == "<<" && pair.first.Tag() != "!")
                merge_into(map, convert(pair.second, path));
        return map;
    }

    // A map's own keys override merged ones; of several merged maps, the first one wins.
    void merge_into(Yaml &map, const Yaml &merged) {
        if (merged.is_array()) {
            for (const auto &one : merged)
                merge_into(map, one);
            return;
        }
        if (!merged.is_object())
            throw Error(fmt::format("failed to parse {}: map merge requires map or sequence of "
                                    "maps as the value",
                                    printable(name_)));
        for (const auto &[key, value] : merged.items())
            if (!map.contains(key))
                map[key] = value;
    }

    const std::string &name_;
    YamlDocument &document_;
    int nodes_ = 0;
};

// yaml-cpp 0.7 reads empty documents without end where a document is followed by what cannot begin
// one: `{a: 1}, b`. Throws there.
class DocumentStarts : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark &mark) override {
        if (mark.pos == last_)
            throw YAML::ParserException(mark, "did not find expected <document start>");
        last_ = mark.pos;
    }

    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark &, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark &, const std::string &, YAML::anchor_t,
                  const std::string &) override {}
    void OnSequenceStart(const YAML::Mark &, const std::string &, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark &, const std::string &, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

  private:
    int last_ = -1;
};

bool may_be_in_yaml(char32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

// What YAML's character set (section 5.1) leaves out, which yaml-cpp takes for text.
void check_characters(std::string_view text, const std::string &name) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return; // UTF-16, which yaml-cpp decodes
    for (std::size_t at = 0, line = 1; at < text.size();) {
        auto start = at;
        auto c = decode_utf8(text, at);
        if (c == replacement_character && at == start + 1)
            throw Error(fmt::format("failed to parse {}: yaml: line {}: invalid UTF-8",
                                    printable(name), line));
        if (!may_be_in_yaml(c))
            throw Error(fmt::format("failed to parse {}: yaml: line {}: control characters are not "
                                    "allowed: U+{:04X}",
                                    printable(name), line, static_cast<std::uint32_t>(c)));
        line += c == '\n';
    }
}

void check_documents(const std::string &text) {
    std::istringstream input(text);
    YAML::Parser parser(input);
    DocumentStarts starts;
    while (parser.HandleNextDocument(starts)) {
    }
}

} // namespace

std::vector<YamlDocument> parse_yaml(const std::string &text, const std::string &name) {
    std::vector<YamlDocument> documents;
    check_characters(text, name);
    try {
        check_documents(text);
        for (const auto &node : YAML::LoadAll(text)) {
            auto &document = documents.emplace_back();
            document.value = Converter(name, document).convert(node, {});
        }
    } catch (const YAML::Exception &problem) {
        throw Error(fmt::format("failed to parse {}: yaml: line {}: {}", printable(name),
                                problem.mark.line + 1, printable(problem.msg)));
    }
    return documents;
}

std::string scalar_text(const Yaml &value) {
    if (value.is_null())
        return {};
    if (value.is_string())
        return value.get<std::string>();
    if (!value.is_number_float())
        return value.dump();
    auto number = value.get<double>();
    if (std::isinf(number))
        return number < 0 ? "-Inf" : "+Inf";
    // Go's %v: the fewest digits, with an exponent below -4 and from 6 on.
    auto size = std::abs(number);
    auto format = size != 0 && (size < 1e-4 || size >= 1e6) ? std::chars_format::scientific
                                                            : std::chars_format::fixed;
    char text[64];
    auto end = std::to_chars(text, text + sizeof text, number, format);
    return {text, end.ptr};
}

std::string path_text(const YamlPath &path) {
    return join(path, ".");
}

bool matches(const YamlPath &path, const YamlPath &pattern) {
    if (path.size() != pattern.size())
        return false;
    for (std::size_t i = 0; i < path.size(); i++)
        if (pattern[i] != "*" && pattern[i] != path[i])
            return false;
    return true;
}

} // namespace berth::bake
