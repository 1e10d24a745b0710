// SPDX-License-Identifier: Apache-2.0
// Entry points of the native syntax.
#include "berth/hcl/body.hpp"

#include "parser.hpp"

namespace berth::hcl {

constexpr std::size_t largest_text = std::size_t{16} << 20;

bool within_size(std::string_view text, const Range &place, Diagnostics &diagnostics) {
    if (text.size() <= largest_text)
        return true;
    diagnostics.push_back(
        error("File too large", "Definitions can have up to 16 MiB each.", place));
    return false;
}

File parse_native(std::string text, const std::string &name, Diagnostics &diagnostics) {
    File file{.body = {}, .name = name, .text = std::move(text)};
    const std::string_view source =
        within_size(file.text, {name, {}, {}}, diagnostics) ? file.text : std::string_view();
    std::vector<Token> tokens = scan(source, {}, ScanMode::normal);
    report_invalid_tokens(tokens, name, diagnostics);
    file.body = Parser(std::move(tokens), name, diagnostics).file();
    return file;
}

ExpressionPtr parse_expression(std::string_view text, const std::string &file,
                               const Position &start, Diagnostics &diagnostics) {
    if (!within_size(text, {file, start, start}, diagnostics))
        return {};
    std::vector<Token> tokens = scan(text, start, ScanMode::normal);
    report_invalid_tokens(tokens, file, diagnostics);
    return Parser(std::move(tokens), file, diagnostics).whole_expression();
}

ExpressionPtr parse_template(std::string_view text, const std::string &file, const Position &start,
                             Diagnostics &diagnostics) {
    if (!within_size(text, {file, start, start}, diagnostics))
        return {};
    std::vector<Token> tokens = scan(text, start, ScanMode::bare_template);
    report_invalid_tokens(tokens, file, diagnostics);
    return Parser(std::move(tokens), file, diagnostics).whole_template();
}

} // namespace berth::hcl
