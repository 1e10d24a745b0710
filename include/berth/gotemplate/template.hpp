// SPDX-License-Identifier: Apache-2.0
// Templates of Go's text/template for `--format`, applied to a JSON value.
//
// Supported: text, {{.A.B}}, $x and {{$x := …}}, pipelines, parentheses, if / else if / range /
// with / else / end, comments, {{- and -}}, and these functions: and, eq, index, join, json, len,
// lower, ne, not, or, pad, print, println, split, title, truncate, upper.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace berth::gotemplate {

struct Block;

// A value of a Go struct is an object with a member of this name in addition to its fields: an
// object with `json`, the output of json.Marshal, and `fields`, the names of the fields in order.
inline constexpr const char *struct_mark = "\x01";

class Template {
  public:
    // Throws a usage error that names the invalid part.
    explicit Template(std::string_view text);

    struct Options {
        // The value of the outermost `.` itself, if its fields are those of another value.
        const nlohmann::json *dot = nullptr;
        // Fields whose own fields are data: a missing one is empty, not an error.
        std::set<std::string> maps = {};
        // Functions return their first argument, so that column titles stay unchanged.
        bool titles = false;
        // Objects without struct_mark are maps.
        bool structs = false;
        // The function `json`; empty: compact JSON.
        std::function<std::string(const nlohmann::json &)> json = {};
    };
    // Throws a usage error for an unknown field (the hint lists the fields), or an invalid argument
    // of a function.
    std::string render(const nlohmann::json &fields, const Options &options) const;
    std::string render(const nlohmann::json &fields) const { return render(fields, Options()); }

    // The names of all fields that it uses, at any depth, and "" if it uses the whole `.` or `$`.
    std::set<std::string> fields() const;

  private:
    std::shared_ptr<const Block> block_;
};

} // namespace berth::gotemplate
