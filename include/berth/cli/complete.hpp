// What could stand where the cursor is: berth's answer to `__complete`, the hidden command that
// docker and the shells' completions call. Protocol of cobra
// (https://cobra.dev/docs/how-to-guides/shell-completion/, as docker buildx 0.29.1 speaks it): a
// line `VALUE<tab>DESCRIPTION` each, then `:N`, a sum of the bits below. Answers come from files
// alone, in milliseconds.
#pragma once

#include "berth/cli/context.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace berth::cli {

struct Candidate {
    std::string value, description = {};
    bool operator==(const Candidate &) const = default;
};

// Bits of the last line.
struct Directive {
    static constexpr int no_space = 2, no_files = 4, folders_alone = 16, keep_order = 32;
};

struct Completion {
    std::vector<Candidate> candidates = {};
    int directive = Directive::no_files; // 0: files, as the shell knows to find them
};

// The words before the cursor, as far as they were understood.
struct TypedWords {
    const CLI::App *command = nullptr;          // the innermost one
    const CLI::Option *expects_value = nullptr; // the last word was this option
    bool options_ended = false;                 // by `--`
    std::vector<std::string> arguments = {};
    std::vector<std::pair<const CLI::Option *, std::string>> options = {}; // in order, with values

    // The value of the last option of that long name; empty: none.
    std::string value(const std::string &name) const;
};
TypedWords read_typed_words(const CLI::App &app, const std::vector<std::string> &words);

// The last word is the one to complete; it may be empty.
Completion complete(const CLI::App &app, const std::vector<std::string> &words,
                    const Environment &environment);

void print_completion(std::ostream &out, const Completion &completion, bool descriptions);

} // namespace berth::cli
