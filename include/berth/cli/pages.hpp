// SPDX-License-Identifier: Apache-2.0
// The prose and examples of each command: man/berth-COMMAND.md, which are in the program. Help
// shows the text before the first heading and the examples, the manual all of it
// (tools/man_pages.cpp).
#pragma once

#include <string>
#include <string_view>

namespace berth::cli {

struct Page {
    std::string_view lead, examples; // Markdown, without their heading
};

// `name` as in man: "berth", "berth-context-tar". Both are empty if the page does not exist.
Page page(std::string_view name);

} // namespace berth::cli
