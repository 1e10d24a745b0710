// SPDX-License-Identifier: Apache-2.0
// Conversions between types, as go-cty's convert package defines them: numbers and bools to strings
// (safe) and back where the text allows it (unsafe), tuples to lists and sets, objects to maps, and
// all of these inside one another.
#pragma once

#include "berth/hcl/value.hpp"
#include "berth/util/error.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace berth::hcl {

// A step into a value: an attribute's name, or a number or string that indexes.
struct PathStep {
    bool attribute = false;
    Value key;
};
using Path = std::vector<PathStep>;

// A conversion that failed: its message is a phrase ("a number is required") to put behind what was
// converted, and `path` is where in the value.
class ConversionError : public Error {
  public:
    explicit ConversionError(const std::string &message, Path path = {})
        : Error(message), path_(std::move(path)) {}
    const Path &path() const { return path_; }

  private:
    Path path_;
};

// `.a.b[0]["c"]`, for messages.
std::string path_text(const Path &path);

// `value` as a value of the type `wanted` (dynamic: any, as it is), or a ConversionError.
Value convert(const Value &value, const Type &wanted);

// Could a value of `from` become one of `to`? Safe conversions work for every value.
bool can_convert(const Type &from, const Type &to, bool safe = false);

// The type that all of these convert to: none if there is none. Of no types: none.
std::optional<Type> unify(std::span<const Type> types);
std::optional<Type> unify_unsafe(std::span<const Type> types);

// Why a value of the type `got` is none of `wanted`: "string required, but have tuple".
std::string mismatch_message(const Type &got, const Type &wanted);

// cty's TestConformance: does a value of the type `got` do where `wanted`, dynamic parts open, is
// asked for? Empty if it does, else why not ("string required").
std::string conformance_error(const Type &got, const Type &wanted);

} // namespace berth::hcl
