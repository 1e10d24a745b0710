// SPDX-License-Identifier: Apache-2.0
#include "given_value.hpp"

#include "berth/util/error.hpp"
#include "berth/util/strings.hpp"

#include <fmt/format.h>

namespace berth::bake {

namespace {

[[noreturn]] void fail_syntax(const std::string &name, const char *what, const char *function,
                              const std::string &text) {
    throw Error(fmt::format("failed to parse {} as {}: strconv.{}: parsing \"{}\": invalid syntax",
                            name, what, function, printable(text)));
}

Error unsupported(const hcl::Type &type) {
    return Error(fmt::format("unsupported type {} for CSV specification", type.friendly_name()));
}

hcl::Value read_element(const std::string &name, const std::string &text, const hcl::Type &element,
                        const hcl::Type &whole, const char *preposition) {
    if (!element.is_primitive())
        throw unsupported(whole);
    try {
        return read_primitive(name, text, element);
    } catch (const Error &error) {
        throw Error(fmt::format("failed to parse element {} type {}: {}", preposition,
                                whole.friendly_name(), error.what()));
    }
}

hcl::Value read_tuple(const std::string &name, const std::vector<std::string> &fields,
                      const hcl::Type &type) {
    const auto &types = type.elements();
    if (types.size() != fields.size())
        throw Error(fmt::format("{} expects {} elements but only {} provided", type.friendly_name(),
                                types.size(), fields.size()));
    hcl::Value::List elements;
    for (std::size_t i = 0; i < fields.size(); i++)
        elements.push_back(read_element(name, fields[i], types[i], type, "of"));
    return hcl::Value::tuple(std::move(elements));
}

hcl::Value read_map(const std::string &name, const std::vector<std::string> &fields,
                    const hcl::Type &type) {
    hcl::Value::Map elements;
    for (const auto &field : fields) {
        auto parts = split(field, ':');
        if (parts.size() != 2)
            throw Error(fmt::format("expected one k/v pair but got {} pieces from {}", parts.size(),
                                    printable(field)));
        elements[parts[0]] = read_element(name, parts[1], type.element(), type, "from");
    }
    return hcl::Value::map(std::move(elements), type.element());
}

} // namespace

hcl::Value read_primitive(const std::string &name, const std::string &text, const hcl::Type &type) {
    if (type.is_string())
        return hcl::Value::string(text);
    if (type.is_boolean()) {
        auto flag = parse_bool(text);
        if (!flag)
            fail_syntax(name, "bool", "ParseBool", text);
        return hcl::Value::boolean(*flag);
    }
    if (!type.is_number())
        throw Error(fmt::format("{} of type {} is not a primitive", name, type.friendly_name()));
    auto number = parse_float(text);
    if (!number)
        fail_syntax(name, "number", "ParseFloat", text);
    return hcl::Value::number(hcl::Number(*number));
}

bool has_csv_form(const hcl::Type &type) {
    return type.is_collection() || type.is_tuple();
}

hcl::Value read_csv_value(const std::string &name, const std::string &text, const hcl::Type &type) {
    auto fields = text.empty() ? std::vector<std::string>() : parse_csv(text);
    if (type.is_tuple())
        return read_tuple(name, fields, type);
    if (!type.element().is_primitive())
        throw unsupported(type);
    if (type.is_map())
        return read_map(name, fields, type);
    hcl::Value::List elements;
    for (const auto &field : fields)
        elements.push_back(read_element(name, field, type.element(), type, "of"));
    return type.is_set() ? hcl::Value::set(std::move(elements), type.element())
                         : hcl::Value::list(std::move(elements), type.element());
}

} // namespace berth::bake
