// SPDX-License-Identifier: Apache-2.0
// Values to JSON.
#include "berth/hcl/convert.hpp"
#include "berth/hcl/json_value.hpp"

#include "text.hpp"

#include <fmt/format.h>

namespace berth::hcl {
namespace {

// As Go's encoder writes strings: HTML's special characters and line separators are escaped.
std::string json_string(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
        const auto byte = static_cast<unsigned char>(character[0]);
        constexpr std::string_view special = "\"\\\b\f\n\r\t";
        constexpr std::string_view letters = "\"\\bfnrt";
        const std::size_t known = special.find(character[0]);
        if (length == 0)
            result += "\\ufffd";
        else if (known != std::string_view::npos)
            result += {'\\', letters[known]};
        else if (byte < 0x20 || byte == '<' || byte == '>' || byte == '&')
            result += fmt::format("\\u{:04x}", byte);
        else if (character == "\u2028" || character == "\u2029")
            result += fmt::format("\\u{:04x}", code_point(character));
        else
            result += character;
        text.remove_prefix(character.size());
    }
    return result + '"';
}

std::string type_json(const Type &type) {
    if (type.is_dynamic() || type.is_primitive())
        return json_string(type.friendly_name());
    if (type.is_collection())
        return fmt::format("[\"{}\",{}]",
                           type.is_list()  ? "list"
                           : type.is_set() ? "set"
                                           : "map",
                           type_json(type.element()));
    std::string parts;
    for (const Type &element : type.elements())
        parts += (parts.empty() ? "" : ",") + type_json(element);
    for (const auto &[name, attribute] : type.attributes())
        parts += (parts.empty() ? "" : ",") + json_string(name) + ":" + type_json(attribute);
    return type.is_tuple() ? "[\"tuple\",[" + parts + "]]" : "[\"object\",{" + parts + "}]";
}

class Writer {
  public:
    std::string text;

    void write(const Value &value, const Type &type);

  private:
    void items(const Value &value, const Type &type);
    void fields(const Value &value, const Type &type);
    void number(const Number &number);
    [[noreturn]] void fail(const char *message) const { throw ConversionError(message, path_); }

    Path path_;
};

void Writer::number(const Number &number) {
    if (number.is_infinite())
        fail("cannot serialize infinity as JSON");
    text += number.text();
}

void Writer::write(const Value &value, const Type &type) {
    if (!value.is_known())
        fail("value is not known");
    if (type.is_dynamic() && !value.type().is_dynamic()) {
        text += "{\"value\":";
        write(value, value.type());
        text += ",\"type\":" + type_json(value.type()) + "}";
        return;
    }
    if (value.is_null()) {
        text += "null";
        return;
    }
    switch (value.type().kind()) {
    case Type::Kind::string:
        text += json_string(value.as_string());
        return;
    case Type::Kind::number:
        return number(value.as_number());
    case Type::Kind::boolean:
        text += value.as_boolean() ? "true" : "false";
        return;
    case Type::Kind::map:
    case Type::Kind::object:
        return fields(value, type);
    case Type::Kind::list:
    case Type::Kind::set:
    case Type::Kind::tuple:
        return items(value, type);
    default:
        fail("this value has no form in JSON");
    }
}

void Writer::items(const Value &value, const Type &type) {
    text += '[';
    std::size_t index = 0;
    for (const Value &element : value.as_list()) {
        text += index == 0 ? "" : ",";
        path_.push_back({.key = Value::number(index)});
        write(element, type.is_tuple() ? type.elements()[index] : type.element());
        path_.pop_back();
        ++index;
    }
    text += ']';
}

void Writer::fields(const Value &value, const Type &type) {
    text += '{';
    bool first = true;
    for (const auto &[name, element] : value.as_map()) {
        text += first ? "" : ",";
        first = false;
        text += json_string(name) + ":";
        path_.push_back({.attribute = type.is_object(), .key = Value::string(name)});
        write(element, type.is_object() ? type.attributes().at(name) : type.element());
        path_.pop_back();
    }
    text += '}';
}

} // namespace

std::string to_json(const Value &value, const Type &type) {
    const bool conforms = conformance_error(value.type(), type).empty();
    Writer writer;
    writer.write(conforms ? value : convert(value, type), type.without_optional());
    return writer.text;
}

} // namespace berth::hcl
