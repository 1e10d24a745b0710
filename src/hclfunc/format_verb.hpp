// SPDX-License-Identifier: Apache-2.0
// The verbs of format() and formatlist(): how a format string is read, and one value by one verb.
#pragma once

#include "berth/hcl/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace berth::hclfunc {

struct FormatVerb {
    std::string_view raw;   // "%-5d"
    std::size_t offset = 0; // of its % in the format, in bytes
    std::size_t argument;   // the value's number, from 1
    char mode = 0;          // the letter
    bool zero = false;
    bool sharp = false;
    bool plus = false;
    bool minus = false;
    bool space = false;
    std::optional<std::size_t> width;
    std::optional<std::size_t> precision;
};

// Reads the verb whose % is at `offset`. `next` is the number of its value, unless the verb gives
// one. Throws a FunctionError that names an unexpected character.
FormatVerb read_verb(std::string_view format, std::size_t offset, std::size_t next);

// Formats `value`, by go-cty's rules for types and Go's for flags, width and precision. Throws a
// FunctionError.
std::string apply_verb(const FormatVerb &verb, const hcl::Value &value);

} // namespace berth::hclfunc
