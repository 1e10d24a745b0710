// SPDX-License-Identifier: Apache-2.0
// Types spelled as expressions: list(string).
#include "berth/hcl/expression.hpp"

#include "text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace berth::hcl {
namespace {

constexpr const char *summary = "Invalid type specification";

class TypeReader {
  public:
    TypeReader(bool constraint, Diagnostics &diagnostics)
        : constraint_(constraint), diagnostics_(diagnostics) {}

    Type read(const Expression &expression);

  private:
    Type fail(const std::string &detail, const Range &range) {
        diagnostics_.push_back(error(summary, detail, range));
        return {};
    }
    Type keyword(const std::string &word, const Range &range);
    Type constructor(const StaticCall &call, const Expression &expression);
    Type object(const Expression &attributes, const Range &whole);
    Type attribute(const Expression &expression, bool &optional);
    Type tuple(const Expression &elements, const Range &whole);
    static const char *wanted_argument(const std::string &name);

    bool constraint_;
    Diagnostics &diagnostics_;
};

// The argument of the constructor `name`, for errors; a null pointer if no such constructor exists.
const char *TypeReader::wanted_argument(const std::string &name) {
    if (name == "list" || name == "map" || name == "set")
        return "the element type";
    if (name == "object")
        return "the attribute types, as a map";
    return name == "tuple" ? "the element types, as a list" : nullptr;
}

Type TypeReader::read(const Expression &expression) {
    const std::string word = keyword_of(expression);
    if (!word.empty())
        return keyword(word, expression.range());
    const std::optional<StaticCall> call = expression.static_call();
    if (call)
        return constructor(*call, expression);
    return fail("A type specification is either a primitive type keyword (bool, number, string) or "
                "a complex type constructor call, like list(string).",
                expression.range());
}

Type TypeReader::keyword(const std::string &word, const Range &range) {
    if (word == "bool")
        return Type::boolean();
    if (word == "string")
        return Type::string();
    if (word == "number")
        return Type::number();
    if (word == "any")
        return constraint_ ? Type::dynamic()
                           : fail("The keyword \"any\" cannot be used in this type specification: "
                                  "an exact type is required.",
                                  range);
    if (const char *wanted = wanted_argument(word))
        return fail(fmt::format("The {} type constructor requires one argument: {}.", word, wanted),
                    range);
    return fail(fmt::format("The keyword \"{}\" is not a valid type specification.", word), range);
}

Type TypeReader::constructor(const StaticCall &call, const Expression &expression) {
    const std::string &name = call.name;
    if (name == "bool" || name == "string" || name == "number" || name == "any")
        return fail(fmt::format("The type keyword \"{}\" does not expect arguments.", name),
                    call.arguments_range);
    const char *wanted = wanted_argument(name);
    if (name == "optional")
        return fail("\"optional\" is valid only for the attributes of an object type.",
                    call.name_range);
    if (wanted == nullptr)
        return fail(fmt::format("Keyword \"{}\" is not a valid type constructor.", name),
                    expression.range());
    if (call.arguments.size() != 1)
        return fail(fmt::format("The {} type constructor requires one argument: {}.", name, wanted),
                    call.arguments.size() < 2 ? call.arguments_range
                                              : range_between(call.arguments[1]->range(),
                                                              call.arguments.back()->range()));
    const Expression &argument = *call.arguments.front();
    if (name == "object")
        return object(argument, expression.range());
    if (name == "tuple")
        return tuple(argument, expression.range());
    const Type element = read(argument);
    return name == "list"  ? Type::list(element)
           : name == "set" ? Type::set(element)
                           : Type::map(element);
}

Type TypeReader::object(const Expression &attributes, const Range &whole) {
    const std::optional<StaticPairs> pairs = attributes.static_pairs();
    if (!pairs)
        return fail("Object type constructor requires a map whose keys are attribute names and "
                    "whose values are the corresponding attribute types.",
                    attributes.range());
    Type::Attributes types;
    std::set<std::string> optional;
    for (const auto &[key, value] : *pairs) {
        const std::string name = keyword_of(*key);
        if (name.empty() || types.contains(name)) {
            diagnostics_.push_back(
                error(summary,
                      name.empty() ? "Object constructor map keys must be attribute names."
                                   : "Object constructor map keys must be unique.",
                      key->range(), whole));
            continue;
        }
        bool may_be_absent = false;
        types.emplace(name, attribute(*value, may_be_absent));
        if (may_be_absent)
            optional.insert(name);
    }
    return Type::object(std::move(types), std::move(optional));
}

// A type, or optional(type).
Type TypeReader::attribute(const Expression &expression, bool &optional) {
    const std::optional<StaticCall> call = expression.static_call();
    if (!call || call->name != "optional")
        return read(expression);
    if (call->arguments.empty())
        return fail("Optional attribute modifier requires the attribute type as its argument.",
                    call->arguments_range);
    optional = constraint_ && call->arguments.size() == 1;
    if (!constraint_)
        fail("Optional attribute modifier is only for type constraints, not for exact types.",
             call->name_range);
    else if (!optional)
        fail("Optional attribute modifier expects only one argument: the attribute type.",
             call->arguments_range);
    return read(*call->arguments.front());
}

Type TypeReader::tuple(const Expression &elements, const Range &) {
    const auto list = elements.static_list();
    if (!list)
        return fail("Tuple type constructor requires a list of element types.", elements.range());
    std::vector<Type> types;
    for (const ExpressionPtr &element : *list)
        types.push_back(read(*element));
    return Type::tuple(std::move(types));
}

std::string attribute_text(const std::string &name, const Type &type) {
    const bool plain = identifier_length(name) == name.size();
    return fmt::format("{1}{0}{1}={2}", name, plain ? "" : "\"", type_text(type));
}

} // namespace

Type type_constraint(const Expression &expression, Diagnostics &diagnostics) {
    return TypeReader(true, diagnostics).read(expression);
}

Type exact_type(const Expression &expression, Diagnostics &diagnostics) {
    return TypeReader(false, diagnostics).read(expression);
}

std::string type_text(const Type &type) {
    if (type.is_dynamic())
        return "any";
    if (type.is_collection())
        return fmt::format("{}({})",
                           type.is_list()  ? "list"
                           : type.is_set() ? "set"
                                           : "map",
                           type_text(type.element()));
    std::vector<std::string> parts;
    for (const Type &element : type.elements())
        parts.push_back(type_text(element));
    for (const auto &[name, attribute] : type.attributes())
        parts.push_back(attribute_text(name, attribute));
    if (type.is_tuple())
        return fmt::format("tuple([{}])", fmt::join(parts, ","));
    if (type.is_object())
        return fmt::format("object({{{}}})", fmt::join(parts, ","));
    return type.friendly_name();
}

} // namespace berth::hcl
