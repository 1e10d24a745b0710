// SPDX-License-Identifier: Apache-2.0
// The Markdown of man/*.md as mdoc(7), the language of manual pages: paragraphs, code, lists.
#pragma once

#include <string>
#include <string_view>

namespace tools {

struct MdocText {
    std::string lead; // before the first heading
    std::string rest; // from there, headings as sections
};
MdocText markdown_to_mdoc(std::string_view markdown);

// As an argument of a macro: one word, without meaning of its own.
std::string mdoc_word(const std::string &text);
// A line of its own that ends with a full stop.
std::string mdoc_sentence(const std::string &text);
std::string upper(std::string text);

} // namespace tools
