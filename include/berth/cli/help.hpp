// SPDX-License-Identifier: Apache-2.0
// Help, from the declarations of commands and options and the page of each command.
#pragma once

#include "berth/args/command.hpp"

#include <string>
#include <vector>

namespace berth::cli {

// An option as help and manual show it.
struct OptionText {
    std::vector<std::string> names; // -f, --file
    std::string value;              // FILE; empty: takes none
    std::string description;

    std::string long_name() const; // file; the first of several
};
// The visible options of the command itself, sorted by long name.
std::vector<OptionText> option_texts(const args::Command &command);
std::vector<const args::Command *>
commands_below(const args::Command &command);        // not the hidden ones
std::string page_name(const args::Command &command); // berth-context-tar

std::string help_text(const args::Command &command);

} // namespace berth::cli
