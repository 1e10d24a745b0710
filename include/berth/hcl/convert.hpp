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

// A step into a value: the name of an attribute, or the number or string of an index.
struct PathStep {
    bool attribute = false;
    Value key;
};
using Path = std::vector<PathStep>;

// A failed conversion. The message is a phrase ("a number is required") that follows the name of
// the value; `path` is the place in the value.
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

// Converts `value` to the type `wanted` (dynamic: unchanged). Throws a ConversionError.
Value convert(const Value &value, const Type &wanted);

// Whether a value of `from` can become one of `to`. Safe conversions work for every value.
bool can_convert(const Type &from, const Type &to, bool safe = false);

// The type that all of these convert to. Nothing if no such type exists, or without types.
std::optional<Type> unify(std::span<const Type> types);
std::optional<Type> unify_unsafe(std::span<const Type> types);

// Why a value of the type `got` is not one of `wanted`: "string required, but have tuple".
std::string mismatch_message(const Type &got, const Type &wanted);

// cty's TestConformance: whether a value of the type `got` conforms to `wanted`, where dynamic
// parts accept any type. Empty if it does, else the reason ("string required").
std::string conformance_error(const Type &got, const Type &wanted);

} // namespace berth::hcl
