// SPDX-License-Identifier: Apache-2.0
// Conformance of types, and why a conversion is impossible.
#include "berth/hcl/convert.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::hcl {
namespace {

std::string object_conformance(const Type &got, const Type &wanted) {
    for (const auto &[name, type] : got.attributes())
        if (!wanted.attributes().contains(name))
            return fmt::format("unsupported attribute \"{}\"", name);
    for (const auto &[name, type] : wanted.attributes())
        if (!got.attributes().contains(name))
            return fmt::format("missing required attribute \"{}\"", name);
    for (const auto &[name, type] : wanted.attributes()) {
        std::string error = conformance_error(got.attributes().at(name), type);
        if (!error.empty())
            return error;
    }
    return {};
}

std::string tuple_conformance(const Type &got, const Type &wanted) {
    const std::size_t size = wanted.elements().size();
    if (got.elements().size() != size)
        return fmt::format("{} elements are required, but got {}", size, got.elements().size());
    for (std::size_t i = 0; i < size; ++i) {
        std::string error = conformance_error(got.elements()[i], wanted.elements()[i]);
        if (!error.empty())
            return error;
    }
    return {};
}

std::string required(const Type &wanted) {
    return wanted.friendly_name_for_constraint() + " required";
}

std::string missing_attributes(const std::vector<std::string> &names) {
    if (names.size() == 1)
        return fmt::format("attribute \"{}\" is required", names[0]);
    if (names.size() == 2)
        return fmt::format("attributes \"{}\" and \"{}\" are required", names[0], names[1]);
    std::string list;
    for (std::size_t i = 0; i + 1 < names.size(); ++i)
        list += fmt::format("\"{}\", ", names[i]);
    return fmt::format("attributes {}and \"{}\" are required", list, names.back());
}

std::string object_mismatch(const Type &got, const Type &wanted) {
    std::vector<std::string> missing;
    std::string impossible;
    std::string unsafe; // a possible but unsafe conversion
    for (const auto &attribute : wanted.attributes()) {
        const auto &name = attribute.first; // clang 14 captures no structured bindings
        const auto &type = attribute.second;
        const auto found = got.attributes().find(name);
        if (found == got.attributes().end()) {
            if (!wanted.optional().contains(name))
                missing.push_back(name);
            continue;
        }
        if (found->second == type || !impossible.empty())
            continue;
        const auto message = [&] {
            return fmt::format("attribute \"{}\": {}", name, mismatch_message(found->second, type));
        };
        if (!can_convert(found->second, type))
            impossible = message();
        else if (unsafe.empty() && !can_convert(found->second, type, true))
            unsafe = message();
    }
    if (!missing.empty())
        return missing_attributes(missing);
    if (!impossible.empty())
        return impossible;
    return unsafe.empty() ? "incorrect object attributes" : unsafe;
}

// `got` is a tuple or an object, `wanted` a collection.
std::string structure_mismatch(const Type &got, const Type &wanted) {
    if (wanted.is_map() != got.is_object())
        return required(wanted);
    const Type &element = wanted.element();
    const auto fits = [&](const Type &type) { return can_convert(type, element); };
    for (std::size_t i = 0; i < got.elements().size(); ++i)
        if (!fits(got.elements()[i]))
            return fmt::format("element {}: {}", i, mismatch_message(got.elements()[i], element));
    for (const auto &[name, type] : got.attributes())
        if (!fits(type))
            return fmt::format("element \"{}\": {}", name, mismatch_message(type, element));
    return fmt::format("all elements must be {}", element.friendly_name_for_constraint());
}

std::string collection_mismatch(const Type &got, const Type &wanted) {
    if (wanted.is_map() != got.is_map())
        return required(wanted);
    const char *noun = wanted.is_list() ? "list" : wanted.is_set() ? "set" : "map";
    return fmt::format("incorrect {} element type: {}", noun,
                       mismatch_message(got.element(), wanted.element()));
}

// Whether naming both types would mislead the reader. It would for text that is not a number: its
// value is wrong, not its type.
bool confusing(const Type &got, const Type &wanted) {
    if (got.is_primitive() != wanted.is_primitive() || wanted.is_string())
        return false;
    if ((wanted.is_boolean() && got.is_number()) || (got.is_boolean() && wanted.is_number()))
        return false;
    return !(got.is_tuple() && wanted.is_object());
}

} // namespace

std::string conformance_error(const Type &got, const Type &wanted) {
    if (wanted.is_dynamic() || got == wanted)
        return {};
    if (got.is_object() && wanted.is_object())
        return object_conformance(got, wanted);
    if (got.is_tuple() && wanted.is_tuple())
        return tuple_conformance(got, wanted);
    if (got.is_collection() && got.kind() == wanted.kind())
        return conformance_error(got.element(), wanted.element());
    return fmt::format("{} required, but received {}", wanted.friendly_name(), got.friendly_name());
}

std::string mismatch_message(const Type &got, const Type &wanted) {
    if (got.is_object() && wanted.is_object())
        return object_mismatch(got, wanted);
    if (wanted.is_collection() && wanted.element().is_dynamic()) {
        const bool elements = got.is_tuple() && (wanted.is_list() || wanted.is_set());
        if (elements || (got.is_object() && wanted.is_map()))
            return fmt::format("all {} elements must have the same type", wanted.is_list() ? "list"
                                                                          : wanted.is_set()
                                                                              ? "set"
                                                                              : "map");
    }
    if ((got.is_tuple() || got.is_object()) && wanted.is_collection())
        return structure_mismatch(got, wanted);
    if (got.is_collection() && wanted.is_collection())
        return collection_mismatch(got, wanted);
    if (!confusing(got, wanted))
        return fmt::format("{} required, but have {}", wanted.friendly_name(), got.friendly_name());
    return required(wanted);
}

std::string path_text(const Path &path) {
    std::string text;
    for (const PathStep &step : path) {
        if (step.attribute)
            text += "." + step.key.as_string();
        else if (step.key.type().is_string() && step.key.is_known() && !step.key.is_null())
            text += fmt::format("[\"{}\"]", step.key.as_string());
        else if (step.key.type().is_number() && step.key.is_known() && !step.key.is_null())
            text += fmt::format("[{}]", step.key.as_number().text());
        else
            text += "[...]";
    }
    return text;
}

} // namespace berth::hcl
