// SPDX-License-Identifier: Apache-2.0
// Templates of Go's text/template for `--format`, applied to a JSON value.
//
// What they can do: text, {{.A.B}}, $x and {{$x := …}}, pipelines, parentheses, if / else if /
// range / with / else / end, comments, {{- and -}}, and these functions: and, eq, index, join,
// json, len, lower, ne, not, or, pad, print, println, split, title, truncate, upper.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace berth::gotemplate {

struct Block;

// A value of a Go struct is an object with a member of this name beside its fields: an object with
// `json`, the text that json.Marshal makes of it, and `fields`, their names in order.
inline constexpr const char *struct_mark = "\x01";

class Template {
  public:
    // Throws a usage error that names the part that cannot be understood.
    explicit Template(std::string_view text);

    struct Options {
        // The value of the outermost `.` itself, if its fields are those of another value.
        const nlohmann::json *dot = nullptr;
        // Fields whose own fields are data: one that does not exist is empty, not an error.
        std::set<std::string> maps = {};
        // Functions return their first argument, so that column titles stay unchanged.
        bool titles = false;
        // Objects without struct_mark are maps.
        bool structs = false;
        // What the function `json` gives; empty: compact JSON.
        std::function<std::string(const nlohmann::json &)> json = {};
    };
    // Throws a usage error: a field that does not exist (the hint names those that are), a value
    // that a function cannot take.
    std::string render(const nlohmann::json &fields, const Options &options) const;
    std::string render(const nlohmann::json &fields) const { return render(fields, Options()); }

    // The names of all fields that it looks at, at any depth, and "" when it uses `.` or `$` whole.
    std::set<std::string> fields() const;

  private:
    std::shared_ptr<const Block> block_;
};

} // namespace berth::gotemplate
