// SPDX-License-Identifier: Apache-2.0
// Candidates for the argument under the cursor: berth's answer to `__complete`, the hidden command
// that docker and the shells' completions call. Protocol of cobra
// (https://cobra.dev/docs/how-to-guides/shell-completion/, as docker buildx 0.29.1 speaks it): a
// line `VALUE<tab>DESCRIPTION` each, then `:N`, a sum of the bits below. It only reads files, so it
// answers within milliseconds.
#pragma once

#include "berth/args/line.hpp"
#include "berth/cli/context.hpp"

#include <string>
#include <vector>

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
    int directive = Directive::no_files; // 0: files, completed by the shell
};

// The last argument is the one to complete; it may be empty.
Completion complete(const args::Command &app, const std::vector<std::string> &arguments,
                    const Environment &environment);

void print_completion(std::ostream &out, const Completion &completion, bool descriptions);

} // namespace berth::cli
