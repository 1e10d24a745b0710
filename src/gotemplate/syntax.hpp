// SPDX-License-Identifier: Apache-2.0
// A template as a tree, which the parser builds and the renderer walks.
#pragma once

#include "berth/util/error.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace berth::gotemplate {

struct Word;
struct Pipeline {
    // Commands, each a list of words; the value of one is the last argument of the next.
    std::vector<std::vector<Word>> commands;
    std::string source; // its action, for messages
};

struct Word {
    enum Kind { dot, variable, literal, nested, function } kind = dot;
    std::string name = {}; // of a variable or function
    nlohmann::json value = {};
    std::vector<Pipeline> inner = {};     // nested: one, in parentheses
    std::vector<std::string> fields = {}; // .A.B after it
};

struct Part;
struct Block {
    std::vector<Part> parts;
};

struct Part {
    enum Kind { text, action, condition, range, with } kind = text;
    std::string literal = {};
    std::vector<std::string> variables = {}; // $k, $v := …
    std::vector<Pipeline> pipelines = {};    // several: else if
    std::vector<Block> blocks = {};          // one per pipeline, then that of else, if any
};

using Values = std::vector<const nlohmann::json *>;
bool is_function(std::string_view name);
// Throws a usage error for invalid arguments.
nlohmann::json call(const std::string &name, const Values &arguments);
bool is_true(const nlohmann::json &value); // like Go's `if`
void print_value(std::string &out, const nlohmann::json &value);

Block parse(std::string_view text);

// Go's Printf with the verbs s, v, q, d, t and %, a width, `-` and `0`.
nlohmann::json print_formatted(const Values &arguments);

} // namespace berth::gotemplate
