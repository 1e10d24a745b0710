// SPDX-License-Identifier: Apache-2.0
// Errors for invalid tokens.
#include "scan.hpp"

#include <array>

namespace berth::hcl {
namespace {

using Kind = TokenKind;

struct Complaint {
    const char *summary;
    std::string detail;
};

Complaint complaint_about(const Token &token) {
    switch (token.kind) {
    case Kind::bitwise:
        return {"Unsupported operator",
                std::string("HCL has no bitwise operators.") +
                    (token.text == "&"   ? " Did you mean boolean AND (\"&&\")?"
                     : token.text == "|" ? " Did you mean boolean OR (\"||\")?"
                     : token.text == "~" ? " Did you mean boolean NOT (\"!\")?"
                                         : "")};
    case Kind::backtick:
        return {"Invalid character", "The \"`\" character is not valid. For text of several lines, "
                                     "use a heredoc: \"<<EOT\"."};
    case Kind::apostrophe:
        return {"Invalid character",
                "Single quotes are not valid. Write strings in double quotes."};
    case Kind::semicolon:
        return {"Invalid character", "The \";\" character is not valid. Separate arguments and "
                                     "blocks by newlines, items of collections by commas."};
    case Kind::broken_utf8:
        return {"Invalid character encoding",
                "The file must be UTF-8. Save it with that encoding."};
    case Kind::quoted_newline:
        return {"Invalid multi-line string",
                "A quoted string cannot go over several lines. Write \\n for a newline, or use a "
                "heredoc (\"<<EOT\")."};
    default:
        return {"Invalid character", token.text == "“" || token.text == "”"
                                         ? "Curly quotes are not valid. Use straight ones: \"."
                                         : "The language does not use this character."};
    }
}

} // namespace

void report_invalid_tokens(const std::vector<Token> &tokens, const std::string &file,
                           Diagnostics &diagnostics) {
    constexpr std::size_t most = 20; // in total; a binary file has thousands
    std::array<int, static_cast<std::size_t>(Kind::quoted_newline) + 1> seen{};
    std::size_t reported = 0;
    for (const Token &token : tokens) {
        if (token.kind < Kind::bitwise || reported >= most)
            continue;
        const int before = seen[static_cast<std::size_t>(token.kind)]++;
        const bool quote = token.kind == Kind::backtick || token.kind == Kind::apostrophe;
        const bool once = token.kind == Kind::semicolon || token.kind == Kind::broken_utf8;
        if ((quote && before % 2 == 1) || (once && before > 0))
            continue; // the closing quote
        const Complaint complaint = complaint_about(token);
        diagnostics.push_back(
            error(complaint.summary, complaint.detail, {file, token.start, token.end}));
        ++reported;
    }
}

} // namespace berth::hcl
